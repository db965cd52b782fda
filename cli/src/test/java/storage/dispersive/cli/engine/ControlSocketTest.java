package storage.dispersive.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.engine.EngineReport;

class ControlSocketTest {

    private static final EngineReport REPORT =
            new EngineReport(
                    "v",
                    17,
                    "SERVING",
                    "",
                    "3.9",
                    "nbd",
                    "/s/nbd.sock",
                    5,
                    4,
                    2,
                    7,
                    8192,
                    1,
                    0,
                    0,
                    List.of(new EngineReport.Portion(0, "pod-0", "UP", "", 1, 2, 3, 4)),
                    List.of(
                            new EngineReport.Connection(
                                    0,
                                    "pod-0",
                                    "WRITE",
                                    "Isolated",
                                    "10.0.0.1:1",
                                    "OPEN",
                                    1,
                                    2,
                                    3,
                                    new EngineReport.Machine(
                                            7,
                                            "path0",
                                            "198.18.0.1:2",
                                            "198.18.0.2:3",
                                            "10.0.0.0",
                                            1450,
                                            "00"))),
                    new EngineReport.Backends("a", "b", "c"));

    @TempDir private Path directory;

    private final Commands commands = new Commands();

    /** Does as told, and notes it. */
    private static final class Commands implements EngineCommands {
        private final List<String> asked = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<EngineReport> status() {
            return CompletableFuture.completedFuture(REPORT);
        }

        @Override
        public CompletableFuture<EngineReport> roll() {
            asked.add("roll");
            return status();
        }

        @Override
        public CompletableFuture<EngineReport> limit(long bytesPerSecond) {
            asked.add("limit " + bytesPerSecond);
            return status();
        }
    }

    private ControlServer serve() throws IOException {
        return ControlServer.start(directory.resolve("s"), commands);
    }

    private String say(String line) throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("s")))) {
            channel.configureBlocking(false);
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return ControlLine.read(channel, Duration.ofSeconds(10));
        }
    }

    @Test
    void aReportComesBackAsItWasGiven() throws Exception {
        try (ControlServer _ = serve()) {
            assertThat(new ControlClient(directory.resolve("s")).status()).isEqualTo(REPORT);
        }
    }

    @Test
    void whatIsAskedForIsDone() throws Exception {
        try (ControlServer _ = serve()) {
            ControlClient client = new ControlClient(directory.resolve("s"));
            assertThat(client.roll()).isEqualTo(REPORT);
            assertThat(client.limit(1_000)).isEqualTo(REPORT);
            assertThat(commands.asked).containsExactly("roll", "limit 1000");
            assertThatThrownBy(() -> client.limit(-1)).hasMessageContaining("needs a rate");
        }
    }

    @Test
    void theSocketIsItsOwnersAlone() throws Exception {
        try (ControlServer _ = serve()) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(directory.resolve("s"))))
                    .isEqualTo("rw-------");
        }
        assertThat(directory.resolve("s")).doesNotExist();
    }

    @Test
    void rubbishIsAnsweredAndTheNextClientServed() throws Exception {
        try (ControlServer _ = serve()) {
            for (String rubbish : List.of("\n", "x\n", "{}\n", "{\"request\":\"EXPLODE\"}\n")) {
                assertThat(say(rubbish)).contains("\"report\":null").contains("no answer to that");
            }
            assertThat(new ControlClient(directory.resolve("s")).status()).isEqualTo(REPORT);
        }
    }

    @Test
    void aLineThatNeverEndsIsCutOff() throws Exception {
        try (ControlServer _ = serve()) {
            String endless = "x".repeat(ControlLine.MAX_BYTES + 1);
            assertThatThrownBy(() -> say(endless)).isInstanceOf(IOException.class);
            assertThat(new ControlClient(directory.resolve("s")).status()).isEqualTo(REPORT);
        }
    }

    @Test
    void anEngineThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> new ControlClient(directory.resolve("s")).status())
                .isInstanceOf(IOException.class);
    }
}
