package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.StreamSocket;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.machine.NetworkMachine;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.LocalMessage.Failed;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.Lease;

/** Processes beside the sidecar that lie, babble or do not listen; an honest one is served. */
class HostileProcessTest extends ServedTwoSidecars {

    /** Longer than the sidecar waits before it ends a machine that was closed. */
    private static final Duration AFTER_FAREWELL = Duration.ofMillis(Endings.FAREWELL_MILLIS + 500);

    @Test
    void rubbishEndsTheConversation() throws Exception {
        List<String> rubbish =
                List.of(
                        "x",
                        "\0\0\0\0",
                        "vnet/1 SURVEY\n",
                        "vnet/2 SURVEY 1\n",
                        "vnet/1 SURVEY -1\n",
                        "vnet/1 CLOSE 1\nlease=0\n",
                        "vnet/1 SHUTDOWN 1\n",
                        "vnet/1 SURVEY 1\n" + "key=value\n".repeat(2),
                        "v".repeat(LocalMessage.MAX_BYTES),
                        "v".repeat(LocalMessage.MAX_BYTES + 1));
        for (String text : rubbish) {
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                caller.say(text);
                assertThat(caller.hear()).as(text).isEmpty();
            }
        }
        assertHonestOnesAreServed();
    }

    @Test
    void anAnswerThatOnlyASidecarGivesEndsTheConversation() throws Exception {
        Machine machine = open().machine();
        List<LocalMessage> answers =
                List.of(
                        new LocalMessage.Welcome(0, "me", List.of("lan")),
                        new LocalMessage.Opened(1, machine),
                        new LocalMessage.Offer(1, machine),
                        new LocalMessage.Ended(0, machine.lease().id(), "I say so"));
        for (LocalMessage answer : answers) {
            try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
                caller.say(answer);
                assertThat(caller.hear()).as(answer.toString()).isEmpty();
            }
        }
        assertHonestOnesAreServed();
    }

    @Test
    void descriptorsThatNobodyAskedForAreClosed() throws Exception {
        long before = descriptors();
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket());
                Descriptor file = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDONLY)) {
            for (int i = 0; i < 100; i++) {
                assertThat(caller.ask(new LocalMessage.Survey(i), file))
                        .isEqualTo(new LocalMessage.Done(i));
            }
        }
        await().until(() -> descriptors() <= before);
    }

    @Test
    void socketsThatAreNotOfTheMachineAreRefused() throws Exception {
        Held held = open();
        long before = descriptors();
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket());
                Descriptor file = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDONLY);
                Descriptor ofTheHost =
                        both.nodeHost()
                                .call(() ->
                                        StreamSocket.listen(
                                                new InetSocketAddress("198.18.0.1", 9), 1))) {
            Machine real = held.machine();
            Machine free = numbered(real, 77, freePort(real));
            assertRefused(caller.ask(keep(free)), "no socket came with it");
            assertRefused(caller.ask(keep(free), file), "");
            assertRefused(caller.ask(keep(free), ofTheHost), "");
            assertRefused(caller.ask(keep(free), held.socket()), "another machine");
            MachineSpec spec = real.spec();
            assertRefused(
                    caller.ask(
                            keep(numbered(real, spec.vni(), spec.underlay().getPort())),
                            held.socket()),
                    "has its numbers");
            assertRefused(caller.ask(keep(numbered(real, 77, 9)), held.socket()), "not one of");
            assertRefused(
                    caller.ask(keep(numbered(real, 0, freePort(real))), held.socket()), "VNI");
            assertRefused(
                    caller.ask(keep(numbered(real, 1 << 23, freePort(real))), held.socket()),
                    "VNI");
            assertRefused(caller.ask(new LocalMessage.Keep(1, real), held.socket()), "in use");
        }
        await().until(() -> descriptors() <= before);
        assertThat(TwoSidecars.await(engine.survey())).hasSize(1);
        assertHonestOnesAreServed();
    }

    @Test
    void aSocketWhoseMachineHasAnotherFamilyLeavesNothingOpen() throws Exception {
        long before = descriptors();
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
            MachineSpec spec =
                    new MachineSpec(
                            4711,
                            MachineSpec.End.STORAGE,
                            new InetSocketAddress("fd00::1", 20_001),
                            new InetSocketAddress("fd00::2", 20_001),
                            1_280);
            // A machine of somebody else, on a network that this sidecar was not given.
            try (NetworkMachine foreign = both.nodeHost().call(() -> spawn(spec));
                    Descriptor socket = foreign.listen()) {
                Machine machine =
                        new Machine(TwoSidecars.lease(), "node-a", spec, TwoSidecars.PATH);
                assertRefused(caller.ask(keep(machine), socket), "no path here reaches");
            }
        }
        await().until(() -> descriptors() <= before);
    }

    @Test
    void nobodyTouchesTheMachineOfAnother() throws Exception {
        Held held = open();
        var lease = held.machine().lease().id();
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
            assertRefused(
                    caller.ask(
                            new LocalMessage.Limit(
                                    1, lease, 100_000, TwoSidecars.POD, both.control())),
                    "no such machine");
            assertThat(caller.ask(new LocalMessage.Close(2, lease)))
                    .isEqualTo(new LocalMessage.Done(2));
        }
        await().during(AFTER_FAREWELL)
                .atMost(Duration.ofSeconds(20))
                .until(() -> TwoSidecars.await(engine.survey()).size() == 1);
    }

    @Test
    void nobodyAcceptsForTheStoragePod() throws Exception {
        var offers = both.pod.ponder();
        var opening = both.begin(engine);
        await().until(() -> !offers.isEmpty());
        try (LocalCaller caller = LocalCaller.connect(both.podSocket())) {
            for (int offer = 0; offer < 10; offer++) {
                caller.say(new LocalMessage.Done(offer));
            }
            assertRefused(
                    caller.ask(new LocalMessage.Serve(10, TwoSidecars.POD)), "serves as pod-0");
        }
        offers.getFirst().accept(Optional.of("not today"));
        assertThatThrownBy(() -> TwoSidecars.await(opening)).hasMessageContaining("not today");
    }

    @Test
    void whoeverAsksAndDoesNotListenIsDropped() throws Exception {
        Lease lease = TwoSidecars.lease();
        LocalMessage refused =
                new LocalMessage.Open(
                        1, lease, TwoSidecars.POD, both.control(), "none", TwoSidecars.MTU);
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000_000; i++) {
                                    caller.say(refused);
                                }
                            })
                    .isInstanceOf(LinuxException.class);
            assertHonestOnesAreServed();
        }
    }

    @Test
    void tenThousandRequestsToNobodyDoNotKeepTheOthersOut() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress("198.18.0.77", 7_410);
        try (LocalCaller caller = LocalCaller.connect(both.nodeSocket())) {
            Thread ears = Thread.ofPlatform().daemon().start(caller::hearAll);
            for (int i = 0; i < 10_000; i++) {
                caller.say(
                        new LocalMessage.Open(
                                i,
                                TwoSidecars.lease(),
                                TwoSidecars.POD,
                                nobody,
                                TwoSidecars.PATH,
                                TwoSidecars.MTU));
                if (i == 5_000) {
                    assertThat(TwoSidecars.await(engine.survey())).isEmpty();
                }
            }
            caller.shutDown();
            ears.join();
        }
        // Its requests end with their time, and leave the ports to others.
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> open() != null);
    }

    @Test
    void aUserWithoutRightsIsNotHeard() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                both.nodeSocket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Optional<?> heard =
                StrangerThread.call(() -> {
                    try (var socket = PacketSocket.connect(both.nodeSocket())) {
                        return socket.receive(LocalMessage.MAX_BYTES);
                    }
                });
        assertThat(heard).isEmpty();
        assertHonestOnesAreServed();
    }

    @Test
    void aUserWithoutRightsDoesNotGetAsFarAsTheSidecar() {
        directory.toFile().setExecutable(true, false);
        assertThatThrownBy(() -> StrangerThread.call(() -> LocalCaller.connect(both.nodeSocket())))
                .hasMessageContaining("EACCES");
    }

    private static NetworkMachine spawn(MachineSpec spec) throws IOException {
        try (var links = NetworkLinks.open()) {
            return NetworkMachine.spawn(links, spec);
        }
    }

    private static LocalMessage keep(Machine machine) {
        return new LocalMessage.Keep(5, machine);
    }

    private static Machine numbered(Machine machine, int vni, int port) {
        MachineSpec spec = machine.spec();
        InetSocketAddress underlay = new InetSocketAddress(spec.underlay().getAddress(), port);
        return new Machine(
                TwoSidecars.lease(),
                machine.otherHost(),
                new MachineSpec(vni, spec.end(), underlay, spec.peer(), spec.mtuBytes()),
                machine.path());
    }

    private static int freePort(Machine machine) {
        return machine.spec().underlay().getPort() ^ 1;
    }

    private static void assertRefused(LocalMessage answer, String why) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.why()).contains(why));
    }

    private Held open() throws Exception {
        Held held = both.open(engine, TwoSidecars.lease());
        both.node.keep(held);
        return held;
    }

    private void assertHonestOnesAreServed() throws Exception {
        Held held = open();
        assertThat(TwoSidecars.await(engine.survey()))
                .anyMatch(sight -> sight.machine().equals(held.machine()));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
