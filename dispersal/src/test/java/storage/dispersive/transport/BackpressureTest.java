package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodRequest;

class BackpressureTest {

    private static final int UNITS = 64;
    private static final int ANSWER_BYTES = UNITS * 4112;
    private static final int MAX_BYTES = 8 << 20;
    private static final int MANY = 2_000;

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aPeerThatNeverReadsCannotMakeThePodHoldMoreThanItsLimit() {
        ServerLimits limits = new ServerLimits(8, 8, 1024, MAX_BYTES, 5_000, 5_000, 2_000, 5_000);
        Network.Listening pod = network.listen(limits, store);
        // Made first: the pod is not patient with callers that say nothing.
        StringBuilder requests = new StringBuilder();
        for (int seq = 1; seq <= MANY; seq++) {
            requests.append(Frames.request(seq, read(seq)));
        }
        RawTls deaf = new RawTls(network, pod.port(), network.volumeIdentity());
        deaf.send(Frames.hello());
        await().until(() -> pod.server().connections().size() == 1);
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        deaf.channel().config().setAutoRead(false);
        deaf.send(requests.toString());
        int served = servedWhenItStops();
        // What the kernel's socket buffers took was answered as well, and is bounded by them.
        int inKernel = 12 << 20;
        assertThat(served).isLessThan((MAX_BYTES + inKernel) / ANSWER_BYTES + 2);
        long held = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
        assertThat(held).isLessThan(4L * MAX_BYTES);
        await().atMost(Duration.ofSeconds(15)).until(() -> pod.server().connections().isEmpty());
        assertThat(pod.server().refusedConnections()).isEqualTo(1);
    }

    @Test
    void aPeerThatReadsLateGetsEverything() {
        ServerLimits limits = new ServerLimits(8, 8, 1024, MAX_BYTES, 5_000, 5_000, 20_000, 5_000);
        Network.Listening pod = network.listen(limits, store);
        RawTls late = new RawTls(network, pod.port(), network.volumeIdentity());
        late.send(Frames.hello());
        await().until(() -> pod.server().connections().size() == 1);
        late.channel().config().setAutoRead(false);
        int requests = 300;
        for (int seq = 1; seq <= requests; seq++) {
            late.send(Frames.request(seq, read(seq)));
        }
        assertThat(servedWhenItStops()).isLessThan(requests);
        late.channel().config().setAutoRead(true);
        await().atMost(Duration.ofSeconds(20)).until(() -> store.seen.size() == requests);
        assertThat(pod.server().connections()).hasSize(1);
        var _ = late.channel().close();
    }

    @Test
    void requestsBeyondTheWindowAreNotReadUntilOthersAreAnswered() {
        store.hold = true;
        ServerLimits limits = new ServerLimits(8, 8, 4, MAX_BYTES, 5_000, 5_000, 20_000, 5_000);
        Network.Listening pod = network.listen(limits, store);
        RawTls eager = new RawTls(network, pod.port(), network.volumeIdentity());
        StringBuilder requests = new StringBuilder(Frames.hello());
        for (int id = 1; id <= 20; id++) {
            requests.append(Frames.describe(id));
        }
        eager.send(requests.toString());
        assertThat(servedWhenItStops()).isEqualTo(4);
        network.podLoop.execute(() -> {
            store.hold = false;
            store.held.forEach(Runnable::run);
        });
        await().until(() -> store.seen.size() == 20);
        var _ = eager.channel().close();
    }

    private int servedWhenItStops() {
        await().until(() -> !store.seen.isEmpty());
        int[] last = {-1};
        await().pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    int now = store.seen.size();
                    boolean same = now == last[0];
                    last[0] = now;
                    return same;
                });
        return last[0];
    }

    private static PodRequest read(long seq) {
        PortionKey key = new PortionKey(new Epoch(1, 1), seq, 0, 0);
        return new PodRequest.ReadUnits(
                Network.VOLUME, Messages.INCARNATION, Messages.EPOCH, key, 0, UNITS);
    }
}
