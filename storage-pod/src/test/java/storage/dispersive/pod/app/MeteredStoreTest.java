package storage.dispersive.pod.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

class MeteredStoreTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final Incarnation INCARNATION = new Incarnation(3);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StoreMeters meters = new StoreMeters(registry);
    private final PodStatus status = new PodStatus();

    @Test
    void anAppendCountsWhenItIsAcknowledgedAndWithItsBytes() {
        ask(append(100), new PodReply.Appended());
        ask(append(28), new PodReply.Appended());
        ask(append(50), Refused.because(Refusal.NO_SPACE, "full"));
        assertThat(count("portions.appended")).isEqualTo(2);
        assertThat(count("appended.bytes")).isEqualTo(128);
        assertThat(registry.get("dispersive.pod.refusals").tag("reason", "no_space").counter())
                .returns(1.0, counter -> counter.count());
    }

    @Test
    void theHighestFenceOfAVolumeIsShown() {
        fence(new Epoch(7, 1));
        fence(new Epoch(8, 5));
        assertThat(gauge("fence.generation")).isEqualTo(8);
        assertThat(gauge("fence.run")).isEqualTo(5);
    }

    @Test
    void aStoreThatClosesItselfIsNotedWithTheCause() {
        meters.show(status, () -> 3);
        status.enter(new PodCondition.Serving());
        assertThat(gauge("store.closed")).isZero();
        ask(append(100), Refused.because(Refusal.STORE_CLOSED, "fdatasync failed"));
        assertThat(status.condition()).isEqualTo(new PodCondition.StoreClosed("fdatasync failed"));
        assertThat(gauge("store.closed")).isOne();
        assertThat(gauge("connections")).isEqualTo(3);
    }

    @Test
    void aRefusalWhileThePodEndsIsNoFailureOfTheStore() {
        status.enter(new PodCondition.Ending());
        ask(append(100), Refused.because(Refusal.STORE_CLOSED, "the pod shuts down"));
        assertThat(status.condition()).isEqualTo(new PodCondition.Ending());
    }

    private void ask(PodRequest request, PodReply reply) {
        new MeteredStore((asked, answer) -> answer.accept(reply), meters, status)
                .handle(request, answered -> assertThat(answered).isSameAs(reply));
    }

    private void fence(Epoch epoch) {
        ask(
                new PodRequest.Fence(VOLUME, INCARNATION, epoch, new RunId(5, 6)),
                new PodReply.Fenced());
    }

    private static PodRequest append(int bytes) {
        return new PodRequest.Append(VOLUME, INCARNATION, Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private double count(String name) {
        return registry.get("dispersive.pod." + name).counter().count();
    }

    private double gauge(String name) {
        return registry.get("dispersive.pod." + name).gauge().value();
    }
}
