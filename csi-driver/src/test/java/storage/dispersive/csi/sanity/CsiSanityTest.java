package storage.dispersive.csi.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.csi.controller.FencedByTheNext;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.controller.Sharing;
import storage.dispersive.csi.controller.VolumesInMemory;
import storage.dispersive.csi.node.NodeInMemory;
import storage.dispersive.csi.rpc.ControllerService;
import storage.dispersive.csi.rpc.IdentityService;
import storage.dispersive.csi.rpc.NodeService;
import storage.dispersive.csi.socket.CallLog;
import storage.dispersive.csi.socket.SocketServer;
import storage.dispersive.csi.turns.NodeInTurn;
import storage.dispersive.csi.turns.Turns;
import storage.dispersive.csi.turns.VolumesInTurn;

/** All services over a real socket, with volumes and a node that only remember. */
class CsiSanityTest {

    private static final String SECRET = "correct-horse-battery";
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) Passed.*\\b(\\d+) Failed.*\\b(\\d+) Skipped");

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"mount", "block"})
    void theSuiteOfTheAuthorsOfCsiPasses(String accessType)
            throws IOException, InterruptedException {
        SanityProgram program = SanityProgram.find();
        Path socket = directory.resolve("csi.sock");
        NodeInMemory node = new NodeInMemory("node-a");
        SanityProgram.Result result;
        Heard heard = new Heard();
        try (Turns controllerTurns = Turns.virtual();
                Turns nodeTurns = Turns.platform();
                SocketServer _ = serve(socket, controllerTurns, new NodeInTurn(node, nodeTurns));
                heard) {
            result = program.run(flags(socket, accessType));
        }
        assertThat(result.status()).as(result.output()).isZero();
        Matcher summary = SUMMARY.matcher(result.output().replaceAll("\\x1b\\[[0-9;]*m", ""));
        assertThat(summary.find()).as(result.output()).isTrue();
        System.out.println("csi-sanity, " + accessType + ": " + summary.group());
        assertThat(Integer.parseInt(summary.group(1))).isGreaterThanOrEqualTo(60);
        assertThat(node.held()).isZero();
        assertThat(heard.lines).anyMatch(it -> it.contains("CreateVolume"));
        assertThat(heard.lines).noneMatch(it -> it.contains(SECRET));
    }

    @Test
    void aSecretThatIsGivenIsGivenToTheDriver() throws IOException {
        assertThat(Files.readString(secrets())).contains(SECRET);
    }

    private static SocketServer serve(Path socket, Turns turns, NodeInTurn node)
            throws IOException {
        ResourceVolumes volumes =
                new ResourceVolumes(
                        new VolumesInMemory("node-a"),
                        new FencedByTheNext(),
                        new ResourceVolumes.Settings(
                                "dispersive", Sharing.SEVERAL_READERS, Duration.ofSeconds(1)));
        return SocketServer.start(
                new SocketServer.Place(socket, Duration.ofSeconds(5)),
                List.of(
                        new IdentityService("1.2.3", () -> true),
                        new ControllerService(new VolumesInTurn(volumes, turns, volumes::handleOf)),
                        new NodeService(node)),
                new CallLog((_, _, _) -> {}, System::nanoTime));
    }

    private List<String> flags(Path socket, String accessType) throws IOException {
        Path limits = directory.resolve("limits.yaml");
        Files.writeString(limits, "writeBytesPerSecond: 100Mi\n");
        List<String> flags = new ArrayList<>();
        flags.add("-ginkgo.no-color");
        flags.add("--csi.endpoint=unix://" + socket);
        flags.add("--csi.mountdir=" + directory.resolve("target"));
        flags.add("--csi.stagingdir=" + directory.resolve("staging"));
        flags.add("--csi.testvolumeaccesstype=" + accessType);
        flags.add("--csi.testvolumemutableparameters=" + limits);
        flags.add("--csi.testvolumeexpandsize=" + (20L << 30));
        flags.add("--csi.secrets=" + secrets());
        return flags;
    }

    private Path secrets() throws IOException {
        Path secrets = directory.resolve("secrets.yaml");
        StringBuilder text = new StringBuilder();
        for (String call :
                List.of(
                        "CreateVolumeSecret",
                        "DeleteVolumeSecret",
                        "ControllerPublishVolumeSecret",
                        "ControllerUnpublishVolumeSecret",
                        "ControllerValidateVolumeCapabilitiesSecret",
                        "NodeStageVolumeSecret",
                        "NodePublishVolumeSecret",
                        "ControllerExpandVolumeSecret")) {
            text.append(call).append(":\n  passphrase: ").append(SECRET).append('\n');
        }
        return Files.writeString(secrets, text);
    }

    /** Hears everything that is logged while it is open. */
    private static final class Heard extends Handler implements AutoCloseable {

        private static final Logger LOGGER = Logger.getLogger("storage.dispersive.csi");

        final List<String> lines = new CopyOnWriteArrayList<>();
        private final Level before = LOGGER.getLevel();

        Heard() {
            setLevel(Level.ALL);
            LOGGER.setLevel(Level.ALL);
            LOGGER.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage() + " " + Arrays.toString(record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOGGER.removeHandler(this);
            LOGGER.setLevel(before);
        }
    }
}
