package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Done;
import storage.dispersive.vnet.protocol.ControlMessage.Limit;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.ControlMessage.Refused;
import storage.dispersive.vnet.protocol.ControlMessage.Release;
import storage.dispersive.vnet.protocol.ControlMessage.Spawn;
import storage.dispersive.vnet.protocol.ControlMessage.Spawned;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodName;

/** Strangers and sidecars of other hosts that ask for what they must not have. */
class HostileCallerTest extends ServedTwoSidecars {

    /** Connections of one who never says who he is, one after the other. */
    private static final int HALF_OPEN = Integer.getInteger("vnet.half-open", 10_000);

    /** What the server keeps of these, and some that are on their way. */
    private static final int MOST_KEPT = 128;

    private static final int HELD_BY_THE_CALLER = 512;

    /** At 10,000 a second a caller may be cut before his first words arrive, more than once. */
    private static final int TRIES = 10;

    private static final Duration DAY = Duration.ofDays(1);
    private static final int FREE_VNI = 4_711;

    @Test
    void bytesThatAreNotTlsEndTheConnection() throws Exception {
        for (String rubbish : List.of("\0\0\0\0\0\0", "GET / HTTP/1.1\r\n\r\n", "\u0016\u0003")) {
            try (SocketChannel caller = knock()) {
                caller.write(ByteBuffer.wrap(rubbish.getBytes(StandardCharsets.ISO_8859_1)));
                caller.shutdownOutput();
                awaitCut(caller);
            }
        }
        assertHonestOnesAreServed();
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNoIdentity() throws Exception {
        CertificateAuthority another =
                CertificateAuthority.create("another", DAY, Clock.systemUTC());
        assertTurnedAway(another.issueVnet("node-a", DAY));
    }

    @Test
    void podsAndVolumesAndAdministratorsAreNoSidecars() throws Exception {
        CertificateAuthority authority = both.authority();
        assertTurnedAway(authority.issuePod("pod-0", List.of(), List.of(), DAY));
        assertTurnedAway(authority.issueVolume(TwoSidecars.VOLUME, DAY));
        assertTurnedAway(authority.issueAdmin(DAY));
    }

    @Test
    void answersAndRubbishInsteadOfRequestsEndTheConnection() throws Exception {
        for (ControlMessage answer :
                List.of(
                        new Done(1),
                        new Refused(1, Reason.FAILED, "I say so"),
                        new Spawned(1, new InetSocketAddress("198.18.0.1", 20_000), 1_400))) {
            try (ControlCaller caller = sidecar("node-b")) {
                caller.say(answer);
                caller.awaitClosed();
            }
        }
        for (String rubbish :
                List.of("", "x", "vnet/1 RELEASE 1\n", "v".repeat(ControlMessage.MAX_BYTES + 1))) {
            try (ControlCaller caller = sidecar("node-b")) {
                caller.say(rubbish);
                caller.awaitClosed();
            }
        }
        assertHonestOnesAreServed();
    }

    @ParameterizedTest
    @CsvSource({
        "pod-1, lan, 198.18.0.1, 4711, 1400, NO_SUCH_POD",
        "pod-0, wan, 198.18.0.1, 4711, 1400, NO_SUCH_PATH",
        "pod-0, lan, fd00::1, 4711, 1400, NO_SUCH_PATH",
        "pod-0, lan, 198.18.0.1, 0, 1400, FAILED",
        "pod-0, lan, 198.18.0.1, -1, 1400, FAILED",
        "pod-0, lan, 198.18.0.1, 8388608, 1400, FAILED",
        "pod-0, lan, 198.18.0.1, 4711, 0, FAILED",
        "pod-0, lan, 198.18.0.1, 4711, 1279, FAILED",
        "pod-0, lan, 203.0.113.1, 4711, 1400, FAILED",
        "pod-0, lan, 0.0.0.0, 4711, 1400, FAILED",
        "pod-0, lan, 127.0.0.1, 4711, 1400, FAILED",
        "pod-0, lan, 224.0.0.1, 4711, 1400, FAILED",
        "pod-0, lan, 255.255.255.255, 4711, 1400, FAILED",
    })
    void refusesMachinesThatCannotBe(
            String podName, String path, String underlay, int vni, int mtuBytes, Reason reason)
            throws Exception {
        try (ControlCaller caller = sidecar("node-b")) {
            Spawn spawn =
                    new Spawn(
                            1,
                            TwoSidecars.lease(),
                            new PodName(podName),
                            path,
                            new InetSocketAddress(underlay, 20_000),
                            vni,
                            mtuBytes);
            assertRefused(caller.ask(spawn), reason);
            assertThat(TwoSidecars.await(pod.survey())).isEmpty();
            // The numbers that were taken for it were given back.
            assertThat(caller.ask(spawn(FREE_VNI))).isInstanceOf(Spawned.class);
        }
    }

    @Test
    void anMtuThatTheWayDoesNotHaveIsMadeSmaller() throws Exception {
        try (ControlCaller caller = sidecar("node-b")) {
            Spawn spawn =
                    new Spawn(
                            1,
                            TwoSidecars.lease(),
                            TwoSidecars.POD,
                            TwoSidecars.PATH,
                            new InetSocketAddress("198.18.0.1", 20_000),
                            FREE_VNI,
                            100_000);
            assertThat(caller.ask(spawn))
                    .isInstanceOfSatisfying(
                            Spawned.class,
                            spawned -> assertThat(spawned.mtuBytes()).isEqualTo(1_450));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.1:0", "198.18.0.1:65536", "localhost:20000", "198.18.0.1"})
    void aPlaceThatIsNoneEndsTheConnection(String place) throws Exception {
        String spawn = new String(spawn(FREE_VNI).encode(), StandardCharsets.US_ASCII);
        try (ControlCaller caller = sidecar("node-b")) {
            caller.say(spawn.replace("198.18.0.1:20000", place));
            caller.awaitClosed();
        }
    }

    @Test
    void aVniThatIsInUseIsRefused() throws Exception {
        Held held = open();
        try (ControlCaller caller = sidecar("node-b")) {
            int vni = held.machine().spec().vni();
            assertRefused(caller.ask(spawn(vni)), Reason.VNI_TAKEN);
        }
    }

    @Test
    void aStolenLeaseIsRefusedAlsoAfterItsEnd() throws Exception {
        try (ControlCaller owner = sidecar("node-b");
                ControlCaller thief = sidecar("node-c")) {
            Lease lease = TwoSidecars.lease();
            assertThat(owner.ask(spawn(lease, FREE_VNI))).isInstanceOf(Spawned.class);
            assertRefused(thief.ask(spawn(lease, FREE_VNI + 1)), Reason.LEASE_USED);
            assertThat(owner.ask(new Release(2, lease.id()))).isEqualTo(new Done(2));
            assertThat(TwoSidecars.await(pod.survey())).isEmpty();
            assertRefused(thief.ask(spawn(lease, FREE_VNI + 1)), Reason.LEASE_USED);
            assertRefused(owner.ask(spawn(lease, FREE_VNI + 1)), Reason.LEASE_USED);
        }
    }

    @Test
    void nobodyEndsOrBoundsTheMachineOfAnother() throws Exception {
        Held held = open();
        try (ControlCaller thief = sidecar("node-b")) {
            assertThat(thief.ask(new Release(1, held.machine().lease().id())))
                    .isEqualTo(new Done(1));
            assertRefused(
                    thief.ask(new Limit(2, held.machine().lease().id(), 1_000)), Reason.FAILED);
            assertThat(TwoSidecars.await(pod.survey())).hasSize(1);
        }
    }

    @Test
    void oneCallerCannotTakeAllMachines() throws Exception {
        int half = TwoSidecars.PORT_COUNT / 2;
        List<Lease> leases = new ArrayList<>();
        try (ControlCaller greedy = sidecar("node-b");
                ControlCaller again = sidecar("node-b")) {
            for (int i = 0; i < half; i++) {
                Lease lease = TwoSidecars.lease();
                leases.add(lease);
                assertThat(greedy.ask(spawn(lease, FREE_VNI + i))).isInstanceOf(Spawned.class);
            }
            assertRefused(greedy.ask(spawn(FREE_VNI + half)), Reason.NO_ROOM);
            assertRefused(again.ask(spawn(FREE_VNI + half)), Reason.NO_ROOM);
            assertHonestOnesAreServed();
            greedy.ask(new Release(2, leases.getFirst().id()));
            assertThat(again.ask(spawn(FREE_VNI + half))).isInstanceOf(Spawned.class);
        }
    }

    @Test
    void thousandsOfHalfOpenConnectionsAreBoundedAndKeepNobodyOut() throws Exception {
        CompletableFuture<Integer> flood = CompletableFuture.supplyAsync(this::flood);
        int served = 0;
        while (!flood.isDone()) {
            assertThat(isServed()).as("caller %d, who tries again when cut", served + 1).isTrue();
            served++;
        }
        System.out.println(HALF_OPEN + " half-open connections, " + served + " callers served");
        assertThat(TwoSidecars.await(flood)).isLessThanOrEqualTo(MOST_KEPT);
        assertThat(served).as("callers served meanwhile").isPositive();
        assertThat(both.callersTurnedAway()).isGreaterThanOrEqualTo(HALF_OPEN - MOST_KEPT);
        assertHonestOnesAreServed();
    }

    /**
     * As sidecars do, a caller tries again whose connection was cut: so long as it has said nothing
     * it looks like those of the flood.
     */
    private boolean isServed() throws Exception {
        for (int tries = 0; tries < TRIES; tries++) {
            try (ControlCaller caller = sidecar("node-b")) {
                caller.ask(new Release(1, TwoSidecars.lease().id()));
                return true;
            } catch (ExecutionException | IOException e) {
                System.out.println("an honest caller was cut: " + e.getMessage());
            }
        }
        return false;
    }

    /** How many of many connections the server has kept; all are made by one thread there. */
    private int flood() {
        try {
            return hosts.left().call(this::floodFromHere);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int floodFromHere() throws IOException {
        Deque<SocketChannel> open = new ArrayDeque<>();
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                open.add(SocketChannel.open(both.control()));
                if (open.size() > HELD_BY_THE_CALLER) {
                    try (SocketChannel oldest = open.remove()) {
                        awaitCut(oldest);
                    }
                }
            }
            while (open.size() > MOST_KEPT) {
                try (SocketChannel oldest = open.remove()) {
                    awaitCut(oldest);
                }
            }
            return open.size();
        } finally {
            open.forEach(HostileCallerTest::hangUp);
        }
    }

    private static void hangUp(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketChannel knock() throws IOException {
        return hosts.left().call(() -> SocketChannel.open(both.control()));
    }

    private static void awaitCut(SocketChannel channel) throws IOException {
        channel.socket().setSoTimeout(20_000);
        ByteBuffer said = ByteBuffer.allocate(1_024);
        try {
            while (channel.read(said.clear()) >= 0) {
                Thread.onSpinWait();
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void assertTurnedAway(IssuedIdentity identity) throws Exception {
        long before = both.callersTurnedAway();
        try (ControlCaller caller =
                ControlCaller.connect(
                        hosts.left(),
                        both.control(),
                        identity,
                        both.authority().certificatePem())) {
            caller.awaitClosed();
        }
        await().until(() -> both.callersTurnedAway() > before);
        assertHonestOnesAreServed();
    }

    private ControlCaller sidecar(String name) throws IOException {
        return ControlCaller.connect(
                hosts.left(),
                both.control(),
                both.authority().issueVnet(name, DAY),
                both.authority().certificatePem());
    }

    private static Spawn spawn(int vni) {
        return spawn(TwoSidecars.lease(), vni);
    }

    private static Spawn spawn(Lease lease, int vni) {
        return new Spawn(
                1,
                lease,
                TwoSidecars.POD,
                TwoSidecars.PATH,
                new InetSocketAddress("198.18.0.1", 20_000),
                vni,
                1_400);
    }

    private static void assertRefused(ControlMessage answer, Reason reason) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private Held open() throws Exception {
        Held held = both.open(engine, TwoSidecars.lease());
        both.node.keep(held);
        return held;
    }

    private void assertHonestOnesAreServed() throws Exception {
        assertThat(open().machine().lease()).isNotNull();
    }
}
