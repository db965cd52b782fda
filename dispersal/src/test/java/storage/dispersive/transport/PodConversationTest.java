package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;
import storage.dispersive.wire.ReplyCodec;
import storage.dispersive.wire.RequestCodec;

class PodConversationTest {

    private final Network network = new Network();
    private final FakeStore store = new FakeStore();

    @AfterEach
    void close() {
        network.close();
    }

    private Engine open(SessionKind kind) {
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        return Engine.open(
                network, network.connector(network.volumeIdentity(), pod.as(Network.POD)), kind);
    }

    @Test
    void everyRequestAndEveryReplyCrossesTheWireUnchanged() {
        Engine engine = open(SessionKind.WRITE);
        Map<String, PodRequest> requests = Messages.requests();
        List<String> sent = new ArrayList<>();
        List<PodReply> replies = new ArrayList<>();
        for (PodRequest request : requests.values()) {
            sent.add(withoutBulk(request));
            replies.add(engine.ask(request));
        }
        assertThat(store.seen.stream().map(PodConversationTest::withoutBulk).toList())
                .isEqualTo(sent);
        assertThat(store.portions.getFirst())
                .isEqualTo(ByteBufUtil.decodeHexDump("000102030405060708090a0b0c0d0e0f"));
        List<String> expected =
                Messages.replies().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("refused"))
                        .map(entry -> bytes(entry.getValue()))
                        .toList();
        assertThat(replies.stream().filter(r -> !(r instanceof PodReply.Units)).map(this::bytes))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aThousandRequestsArePipelinedAndAnswered() {
        Engine engine = open(SessionKind.READ);
        List<Engine.Asked> asked = new ArrayList<>();
        for (int seq = 1; seq <= 1000; seq++) {
            asked.add(engine.send(read(seq, 1)));
        }
        for (int seq = 1; seq <= 1000; seq++) {
            PodReply.Units units = (PodReply.Units) asked.get(seq - 1).reply();
            assertThat(units.units().readableBytes()).isEqualTo(PortionFormat.UNIT_BYTES);
            assertThat(units.units().getLong(0)).isEqualTo(seq);
            units.units().release();
        }
    }

    @Test
    void repliesInAnotherOrderFindTheirRequests() {
        store.hold = true;
        Engine engine = open(SessionKind.READ);
        List<Engine.Asked> asked = new ArrayList<>();
        for (int seq = 1; seq <= 100; seq++) {
            asked.add(engine.send(read(seq, 2)));
        }
        await().until(() -> store.seen.size() == 100);
        long seed = System.nanoTime();
        network.podLoop.execute(() -> {
            Collections.shuffle(store.held, new Random(seed));
            store.held.forEach(Runnable::run);
        });
        for (int seq = 1; seq <= 100; seq++) {
            PodReply.Units units = (PodReply.Units) asked.get(seq - 1).reply();
            assertThat(units.units().getLong(0)).as("seed %d", seed).isEqualTo(seq);
            units.units().release();
        }
    }

    @Test
    void aLongPortionArrivesUnchangedAndTheSendersBufferIsReleased() {
        Engine engine = open(SessionKind.WRITE);
        byte[] bytes = new byte[PortionFormat.MAX_PORTION_BYTES];
        new Random(1).nextBytes(bytes);
        ByteBuf portion = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length);
        portion.writeBytes(bytes);
        assertThat(engine.ask(append(portion))).isEqualTo(new PodReply.Appended());
        assertThat(store.portions.getFirst()).isEqualTo(bytes);
        await().until(() -> portion.refCnt() == 0);
    }

    @Test
    void everyOutstandingRequestHearsOnceThatItWasLost() {
        store.hold = true;
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        TlsPodConnector connector =
                network.connector(network.volumeIdentity(), pod.as(Network.POD));
        Engine engine = Engine.open(network, connector, SessionKind.WRITE);
        List<Engine.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            asked.add(engine.send(append(Unpooled.buffer().writeZero(100_000))));
        }
        await().until(() -> store.seen.size() == 50);
        assertThat(connector.connections()).hasSize(1);
        assertThat(connector.connections().getFirst().counters().requests()).isEqualTo(50);
        pod.server().close();
        assertThat(engine.whyClosed()).contains("CLOSING");
        asked.forEach(one -> assertThat(one.heard).containsExactly("lost"));
        assertThat(engine.ends).hasSize(1);
        assertThat(connector.connections()).isEmpty();
        network.podLoop.execute(() -> store.held.forEach(Runnable::run));
        Engine.Asked late = engine.send(new PodRequest.Describe(Network.VOLUME));
        await().until(() -> late.heard.equals(List.of("lost")));
        assertThat(asked).allSatisfy(one -> assertThat(one.heard).hasSize(1));
    }

    @Test
    void aSessionThatIsClosedLosesItsRequestsOnce() {
        store.hold = true;
        Engine engine = open(SessionKind.WRITE);
        Engine.Asked asked = engine.send(new PodRequest.Describe(Network.VOLUME));
        await().until(() -> store.seen.size() == 1);
        engine.close();
        engine.close();
        assertThat(engine.whyClosed()).isEqualTo("closed by this side");
        assertThat(asked.heard).containsExactly("lost");
        assertThat(engine.ends).hasSize(1);
    }

    @Test
    void aConnectionForReadingWritesNothing() {
        Engine engine = open(SessionKind.READ);
        for (PodRequest request : Messages.requests().values()) {
            boolean reads =
                    request instanceof PodRequest.ReadUnits
                            || request instanceof PodRequest.ListHeaders
                            || request instanceof PodRequest.FetchShare
                            || request instanceof PodRequest.Describe;
            PodReply reply = engine.ask(request);
            assertThat(isInvalid(reply)).as("%s", request).isEqualTo(!reads);
        }
        assertThat(store.seen).hasSize(4);
    }

    @Test
    void aRequestForAnotherVolumeIsRefused() {
        Engine engine = open(SessionKind.WRITE);
        assertThat(isInvalid(engine.ask(new PodRequest.Describe(new VolumeId(1, 1))))).isTrue();
        assertThat(store.seen).isEmpty();
        assertThat(engine.ask(new PodRequest.Describe(Network.VOLUME)))
                .isInstanceOf(PodReply.Description.class);
    }

    @Test
    void anAdministratorFoundsForgetsAndDescribesAnyVolumeLeavesSharesAndReadsNone() {
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        TlsIdentity admin = network.identity(network.authority.issueAdmin(Network.YEAR));
        Engine engine =
                Engine.open(
                        network, network.connector(admin, pod.as(Network.POD)), SessionKind.WRITE);
        assertThat(engine.ask(new PodRequest.Describe(new VolumeId(1, 1))))
                .isInstanceOf(PodReply.Description.class);
        for (PodRequest request : Messages.requests().values()) {
            boolean allowed =
                    request instanceof PodRequest.Found
                            || request instanceof PodRequest.Forget
                            || request instanceof PodRequest.KeepShare
                            || request instanceof PodRequest.Describe;
            assertThat(isInvalid(engine.ask(request))).as("%s", request).isEqualTo(!allowed);
        }
    }

    @Test
    void moreThanMayWaitAreRefusedAsBusy() {
        store.hold = true;
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        ClientLimits small = new ClientLimits(2, 3, 3_000, 5_000, 5_000, 20_000);
        Engine engine =
                Engine.open(
                        network,
                        network.connector(network.volumeIdentity(), small, pod.as(Network.POD)),
                        SessionKind.READ);
        List<Engine.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(engine.send(read(i + 1, 1)));
        }
        assertThat(asked.get(5).reply())
                .isInstanceOfSatisfying(
                        PodReply.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BUSY));
        await().until(() -> store.seen.size() == 2);
        store.hold = false;
        network.podLoop.execute(() -> store.held.forEach(Runnable::run));
        for (int i = 0; i < 5; i++) {
            assertThat(asked.get(i).reply()).isInstanceOf(PodReply.Units.class);
        }
    }

    @Test
    void aSilentPodCountsAsGone() throws Exception {
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        ClientLimits impatient = new ClientLimits(8, 8, 3_000, 5_000, 50, 400);
        Engine engine =
                Engine.open(
                        network,
                        network.connector(network.volumeIdentity(), impatient, pod.as(Network.POD)),
                        SessionKind.READ);
        engine.session();
        var stuck = new java.util.concurrent.CountDownLatch(1);
        assertThat(engine.ask(read(1, 1))).isInstanceOf(PodReply.Units.class);
        await().during(java.time.Duration.ofMillis(600)).until(() -> !engine.closed.isDone());
        network.podLoop.execute(() -> {
            try {
                stuck.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(engine.whyClosed()).contains("silent");
        stuck.countDown();
    }

    @Test
    void theJdksTlsSpeaksWithTheNativeOne() throws Exception {
        Network.Listening pod = network.listen(ServerLimits.DEFAULT, store);
        IssuedIdentity issued = network.authority.issueVolume(Network.VOLUME, Network.YEAR);
        TlsIdentity jdk =
                TlsIdentity.of(
                        Network.bytes(issued.certificatePem()),
                        Network.bytes(issued.privateKeyPem()),
                        Network.bytes(network.authority.certificatePem()),
                        SslProvider.JDK);
        Engine engine =
                Engine.open(
                        network, network.connector(jdk, pod.as(Network.POD)), SessionKind.WRITE);
        ByteBuf portion = Unpooled.buffer().writeZero(300_000);
        assertThat(engine.ask(append(portion))).isEqualTo(new PodReply.Appended());
        assertThat(store.portions.getFirst()).hasSize(300_000);
    }

    private static PodRequest.ReadUnits read(long seq, int units) {
        PortionKey key = new PortionKey(new Epoch(1, 1), seq, 0, 0);
        return new PodRequest.ReadUnits(
                Network.VOLUME, Messages.INCARNATION, Messages.EPOCH, key, 0, units);
    }

    private static PodRequest.Append append(ByteBuf portion) {
        return new PodRequest.Append(Network.VOLUME, Messages.INCARNATION, portion);
    }

    private static boolean isInvalid(PodReply reply) {
        return reply instanceof PodReply.Refused refused && refused.refusal() == Refusal.INVALID;
    }

    private static String withoutBulk(PodRequest request) {
        if (request instanceof PodRequest.Append append) {
            return append.volume() + " " + append.incarnation();
        }
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        return ByteBufUtil.hexDump(RequestCodec.encode(allocator, 1, request).head());
    }

    private String bytes(PodReply reply) {
        var frame = ReplyCodec.encode(UnpooledByteBufAllocator.DEFAULT, 1, reply);
        return ByteBufUtil.hexDump(Unpooled.wrappedBuffer(frame.head(), frame.bulk()));
    }
}
