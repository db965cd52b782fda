package storage.dispersive.trials;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.status.SanStatus;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.trials.capture.CapturedConnection;
import storage.dispersive.trials.capture.CapturedConnections;
import storage.dispersive.trials.capture.CapturedFrame;
import storage.dispersive.trials.capture.Conversation;
import storage.dispersive.trials.capture.KeyLog;
import storage.dispersive.trials.capture.LanCapture;
import storage.dispersive.trials.capture.PodTalk;

/**
 * An isolated SAN of which every frame was kept that its hosts sent to each other while a volume
 * was made, attached, written, read and detached; and the secrets to open them.
 */
final class CapturedSan implements AutoCloseable {

    static final String VOLUME = "secret";
    static final int PODS = 6;
    static final int DATA = 4;
    static final int WRITTEN_BYTES = 8 << 20;

    private static final int MOST_ATTEMPTS = 3;

    /** The namespace of what joins hosts. */
    private static final String BRIDGES = "lan";

    private final TriedSan san;
    private final List<String> options;
    private final List<Carried> machines = new ArrayList<>();
    private final List<Keys> keys = new ArrayList<>();
    private final List<Elsewhere> elsewhere = new ArrayList<>();
    private List<CapturedFrame> frames = List.of();
    private Map<Integer, EngineReport.Connection> rows = Map.of();

    /** What a virtual network machine carried, and what status said of it while it did. */
    record Carried(
            EngineReport.Connection row,
            CapturedConnection connection,
            Conversation opened,
            PodTalk talk) {

        boolean isOf(String session) {
            return row.session().equals(session);
        }

        @Override
        public String toString() {
            return row.session() + " session of " + row.pod() + ", " + connection;
        }
    }

    /** What a machine carried that the volume's key was brought or fetched through. */
    record Keys(CapturedConnection connection, Conversation opened, PodTalk talk) {}

    private CapturedSan(TriedSan san, String... options) {
        this.san = san;
        this.options = List.of(options);
    }

    /** Skips the test where no SAN can be isolated or opened. */
    static CapturedSan of(Marker written, String... options) throws Exception {
        CapturedSan made = up(options);
        try {
            made.capture(written);
            return made;
        } catch (Exception | Error e) {
            made.close();
            throw e;
        }
    }

    /** One of which nothing is captured yet; skips the test as {@link #of} does. */
    static CapturedSan up(String... options) throws Exception {
        assumeThat(Lan.obstacle()).as("what is missing for hosts").isEmpty();
        assumeThat(TlsIdentity.backend()).as("a TLS that logs its secrets").isNotEqualTo("JDK");
        CapturedSan made = new CapturedSan(TriedSan.create(), options);
        try {
            made.san.logTlsSecrets();
            made.begin();
            return made;
        } catch (Exception | Error e) {
            made.close();
            throw e;
        }
    }

    /** Uses a volume and keeps what is said; only before anything else was done with the SAN. */
    void capture(Marker written) throws Exception {
        use(written);
        open(san.tlsSecretLog());
    }

    private void begin() throws IOException {
        List<String> up = new ArrayList<>(List.of("up", "--isolation", "isolated"));
        up.addAll(options);
        san.run(up.toArray(String[]::new)).orFail();
    }

    /**
     * On a machine that is too busy a connection may be given up as silent, and what it carried be
     * sent again: that is no calm use. Machines for each request would never let one be calm.
     */
    private void use(Marker written) throws Exception {
        List<String> logs = new ArrayList<>();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            if (isCalmlyUsed(written, logs)) {
                return;
            }
            san.run("volume", "delete", VOLUME).orFail();
            // Sidecars would go on with connections that the next capture does not see begin.
            san.run("down").orFail();
            begin();
        }
        throw new AssertionError("machines came and went while a session was used: " + logs);
    }

    private boolean isCalmlyUsed(Marker written, List<String> logs) throws Exception {
        try (LanCapture capture = LanCapture.start(san.host(BRIDGES))) {
            san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
            Path socket = san.attachNbd(VOLUME);
            rows = machinesInStatus();
            written.writeAndRead(socket, VOLUME, WRITTEN_BYTES);
            boolean calm = machinesInStatus().keySet().equals(rows.keySet());
            logs.add(engineLog());
            san.run("volume", "detach", VOLUME).orFail();
            frames = capture.end();
            return calm;
        }
    }

    private String engineLog() throws IOException {
        Path engine = new SanHome(san.home()).engine(VOLUME, san.generation(VOLUME));
        return Files.readString(engine.resolve("log"));
    }

    private Map<Integer, EngineReport.Connection> machinesInStatus() throws IOException {
        Map<Integer, EngineReport.Connection> byVni = new TreeMap<>();
        for (EngineReport.Connection row : connections(san)) {
            byVni.put(Objects.requireNonNull(row.machine(), row.toString()).vni(), row);
        }
        return byVni;
    }

    /** The connections of the volume as {@code status} shows them now. */
    static List<EngineReport.Connection> connections(TriedSan san) throws IOException {
        String printed = san.run("status", "-o", "json").orFail();
        // A JVM that was given an agent by its environment says so first.
        String json = printed.substring(printed.indexOf('{'));
        SanStatus.Volume volume =
                Json.parse(json, SanStatus.class).volumes().stream()
                        .filter(one -> one.name().equals(VOLUME))
                        .findFirst()
                        .orElseThrow();
        return Objects.requireNonNull(volume.engine(), json).connections();
    }

    private void open(KeyLog secrets) throws GeneralSecurityException, IOException {
        for (CapturedConnection connection : CapturedConnections.in(frames)) {
            EngineReport.Connection row = rows.get(connection.vni());
            if (row != null) {
                Conversation opened = connection.sealed().decrypt(secrets);
                machines.add(new Carried(row, connection, opened, PodTalk.of(opened)));
            } else if (connection.isInMachine()) {
                Conversation opened = connection.sealed().decrypt(secrets);
                keys.add(new Keys(connection, opened, PodTalk.of(opened)));
            } else if (!connection.isSilent()) {
                elsewhere.add(Elsewhere.of(connection, secrets));
            }
        }
    }

    TriedSan san() {
        return san;
    }

    /** All frames, in the order in which they came. */
    List<CapturedFrame> frames() {
        return frames;
    }

    /** What went through the machines that status named. */
    List<Carried> machines() {
        return List.copyOf(machines);
    }

    /** What went through machines that had ended before status was asked. */
    List<Keys> keys() {
        return List.copyOf(keys);
    }

    /** All that was said to and by the pod of a slot, in machines or not, as TLS hides it. */
    List<byte[]> told(int slot) {
        Stream<Conversation> sessions =
                machines.stream().filter(it -> it.row().slot() == slot).map(Carried::opened);
        Stream<Conversation> before =
                keys.stream().filter(it -> it.talk().hello().slot() == slot).map(Keys::opened);
        Stream<Conversation> ordinary =
                elsewhere.stream().filter(it -> it.isOfSlot(slot)).map(Elsewhere::opened);
        return Stream.of(sessions, before, ordinary)
                .flatMap(Function.identity())
                .flatMap(it -> Stream.of(it.fromClient(), it.fromServer()))
                .toList();
    }

    /** What went through none. */
    List<Elsewhere> elsewhere() {
        return List.copyOf(elsewhere);
    }

    /** By VNI, what status said of each machine. */
    Map<Integer, EngineReport.Connection> rows() {
        return rows;
    }

    @Override
    public void close() throws IOException {
        san.close();
    }
}
