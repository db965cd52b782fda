package storage.dispersive.trials;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.trials.CapturedSan.Carried;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * Behaviours 1 to 3 of the system, over three networks; each test says how it was seen to fail, and
 * has a volume of its own.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BehavioursIT {

    /** A capture must hear the hosts' connections from their beginning. */
    private static final int FIRST = 1;

    private static final int SESSIONS = 2 * CapturedSan.PODS;
    private static final int PATHS = 3;
    private static final int REDUNDANCY = 2;
    private static final int REQUESTS = 300;
    private static final int MOST_ATTEMPTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Marker MARKER = new Marker(new SecureRandom().nextLong());

    private static CapturedSan captured;
    private static TriedSan san;

    @BeforeAll
    static void start() throws Exception {
        captured = CapturedSan.up("--paths", String.valueOf(PATHS));
        san = captured.san();
    }

    @AfterAll
    static void end() throws Exception {
        if (captured != null) {
            captured.close();
        }
    }

    /**
     * Behaviour 1: both ends spawn. What status says of a connection, the sidecars at both of its
     * ends say of machines of their own.
     *
     * <p>Tried: with an engine that dials pods at their ordinary addresses, and pods that let
     * volumes in there, all is written and read, and the client's sidecar has 0 machines of 12.
     */
    @Test
    void bothHostsOfEachConnectionHaveAMachineForIt() throws Exception {
        attachNew("spawned");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        Map<String, LocalMessage.Sight> here = machinesOf("client");
                        List<EngineReport.Connection> rows = connections("spawned");
                        assertThat(here).hasSize(SESSIONS);
                        assertThat(rows).hasSize(SESSIONS);
                        for (EngineReport.Connection row : rows) {
                            String lease = machine(row).lease();
                            LocalMessage.Sight there = machinesOf(row.pod()).get(lease);
                            checkEnds(row, here.get(lease), there);
                        }
                    });
        } finally {
            san.run("volume", "detach", "spawned").orFail();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(machinesOf("client")).isEmpty());
        for (int pod = 0; pod < CapturedSan.PODS; pod++) {
            String host = "pod-" + pod;
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(machinesOf(host)).isEmpty());
        }
    }

    private static Path attachNew(String volume) throws Exception {
        san.run("volume", "create", volume, "--size", "32MiB").orFail();
        return san.attachNbd(volume);
    }

    private static void checkEnds(
            EngineReport.Connection row,
            LocalMessage.@Nullable Sight here,
            LocalMessage.@Nullable Sight there) {
        if (here == null || there == null) {
            throw new AssertionError(row + " at the client: " + here + ", at the pod: " + there);
        }
        MachineSpec node = here.machine().spec();
        MachineSpec storage = there.machine().spec();
        assertThat(node.end()).isEqualTo(MachineSpec.End.NODE);
        assertThat(storage.end()).isEqualTo(MachineSpec.End.STORAGE);
        assertThat(node.vni()).isEqualTo(machine(row).vni()).isEqualTo(storage.vni());
        assertThat(node.underlay()).isEqualTo(storage.peer());
        assertThat(node.peer()).isEqualTo(storage.underlay());
        assertThat(here.machine().lease()).isEqualTo(there.machine().lease());
        assertThat(here.machine().lease().slot()).isEqualTo(row.slot());
        assertThat(here.machine().lease().kind().name()).isEqualTo(row.session());
        assertThat(there.counters().receivedPackets()).isPositive();
        assertThat(there.counters().sentPackets()).isPositive();
    }

    /**
     * Behaviour 1: a pod's ordinary address takes no portions, whoever asks: not the volume whose
     * portions they are, not the administrator who may speak there.
     *
     * <p>Tried: with a door that lets volumes in where it should only be administered, the volume
     * "was let in".
     */
    @Test
    void theOrdinaryAddressOfAPodRefusesAVolumeAndItsPortions() throws Exception {
        SanHome home = new SanHome(san.home());
        san.run("volume", "create", "refused", "--size", "32MiB").orFail();
        VolumeId volume = new VolumeRecords(home).get("refused").volumeId();
        PodRecord pod = SanRecord.of(home).pod("pod-0");
        Identities identities = new Identities(home, Clock.systemUTC());
        Path client = san.host("client");
        for (SessionKind kind : SessionKind.values()) {
            try (OrdinaryCaller caller =
                    OrdinaryCaller.from(client, identities.volume(volume), volume)) {
                assertThat(caller.call(pod, kind).whyClosed())
                        .contains("portions travel only through virtual network machines");
            }
        }
        try (OrdinaryCaller caller = OrdinaryCaller.from(client, identities.admin(), volume)) {
            OrdinaryCaller.Call call = caller.call(pod, SessionKind.WRITE);
            assertThat(call.answerToAnAppend()).contains("an administrator founds");
        }
    }

    /**
     * Behaviour 2: of a stripe no path carries more than m portions, as the capture of each bridge
     * has it and as status says. {@link CarriedByMachinesIT} has the rest.
     *
     * <p>Tried: where every slot took the first path, that had three portions of stripe 1.
     */
    @Test
    @Order(FIRST)
    void noPathCarriesMoreThanTwoPortionsOfAStripe() throws Exception {
        captured.capture(MARKER);
        Map<Long, Map<String, Set<Integer>>> portions = new HashMap<>();
        for (Carried carried : captured.machines()) {
            String path = "path" + pathOfBridge(carried);
            assertThat(machine(carried.row()).path()).as(carried.toString()).isEqualTo(path);
            for (PortionHeader portion : carried.talk().appended()) {
                portions.computeIfAbsent(portion.stripe().seq(), _ -> new HashMap<>())
                        .computeIfAbsent(path, _ -> new HashSet<>())
                        .add(carried.row().slot());
            }
        }
        assertThat(portions).isNotEmpty();
        Set<String> used = new HashSet<>();
        portions.forEach((seq, byPath) ->
                byPath.forEach((path, slots) -> {
                    assertThat(slots)
                            .as("%s, stripe %d", path, seq)
                            .hasSizeLessThanOrEqualTo(REDUNDANCY);
                    used.add(path);
                }));
        assertThat(used).hasSize(PATHS);
    }

    /** The one bridge at whose ports, {@code HOST-PATH}, its packets came in. */
    private static String pathOfBridge(Carried carried) {
        Set<String> paths =
                carried.connection().ports().stream()
                        .map(port -> port.substring(port.lastIndexOf('-') + 1))
                        .collect(toSet());
        assertThat(paths).as(carried.toString()).hasSize(1);
        return paths.iterator().next();
    }

    /**
     * Behaviour 3: machines are spawned for a session, not for a request, and never used again.
     *
     * <p>Tried: with sessions that roll after 64 KiB "requests had machines of their own".
     */
    @Test
    void requestsOfASessionShareItsMachinesAndTheNextSessionHasOthers() throws Exception {
        san.run("volume", "create", "requested", "--size", "32MiB").orFail();
        Set<String> first = leasesThatManyRequestsShared("requested");
        Set<String> second = leasesThatManyRequestsShared("requested");
        assertThat(second).doesNotContainAnyElementsOf(first);
    }

    /** A machine that is too busy may lose a connection; see {@link CapturedSan}. */
    private static Set<String> leasesThatManyRequestsShared(String volume) throws Exception {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Path socket = san.attachNbd(volume);
            Set<String> before = san.leases(volume);
            Set<String> sessions =
                    connections(volume).stream()
                            .map(row -> row.session() + " of " + row.pod())
                            .collect(toSet());
            try (NbdClient disk = NbdClient.connect(socket, volume)) {
                for (int i = 0; i < REQUESTS; i++) {
                    ByteBuffer block = MARKER.plaintext(Block.BYTES);
                    disk.write((long) i * Block.BYTES, block.duplicate());
                    disk.read((long) i * Block.BYTES, block.clear());
                }
            }
            Set<String> after = san.leases(volume);
            san.run("volume", "detach", volume).orFail();
            if (after.equals(before)) {
                assertThat(before).hasSize(SESSIONS);
                assertThat(sessions).as("write and read are apart").hasSize(SESSIONS);
                return before;
            }
        }
        throw new AssertionError("requests had machines of their own, " + MOST_ATTEMPTS + " times");
    }

    private static List<EngineReport.Connection> connections(String volume) {
        return san.engineReport(volume).connections();
    }

    private static EngineReport.Machine machine(EngineReport.Connection row) {
        return Objects.requireNonNull(row.machine(), row.toString());
    }

    /** What the sidecar of a host knows, by lease. */
    private static Map<String, LocalMessage.Sight> machinesOf(String host) throws Exception {
        return SidecarSurvey.of(new SanHome(san.home()).sidecarSocket(host)).stream()
                .collect(
                        Collectors.toMap(
                                sight -> sight.machine().lease().id().toString(),
                                Function.identity()));
    }
}
