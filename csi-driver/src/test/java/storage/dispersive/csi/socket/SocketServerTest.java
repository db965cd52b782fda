package storage.dispersive.csi.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.Status;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.rpc.IdentityService;

class SocketServerTest {

    @TempDir private Path directory;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private SocketServer start(Path socket) throws IOException {
        BindableService service = new IdentityService("1", () -> true);
        return SocketServer.start(
                new SocketServer.Place(socket, Duration.ofSeconds(5)),
                List.of(service),
                new CallLog((method, code, _) -> heard.add(method + " " + code), System::nanoTime));
    }

    private Path socket() {
        return directory.resolve("csi.sock");
    }

    @Test
    void whoMayConnectIsAnswered() throws IOException {
        try (SocketServer server = start(socket());
                SelfProbe probe = new SelfProbe(socket())) {
            assertThat(server.isServing()).isTrue();
            assertThat(probe.answers()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                    .isEqualTo("rw-------");
        }
        assertThat(heard).containsExactly("Probe " + Status.Code.OK);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whenItIsClosedNobodyAnswers() throws IOException {
        try (SelfProbe probe = new SelfProbe(socket())) {
            start(socket()).close();
            assertThat(probe.answers()).isFalse();
        }
    }

    @Test
    void aSocketThatNobodyListensOnIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertThat(socket()).exists();
        try (SocketServer _ = start(socket());
                SelfProbe probe = new SelfProbe(socket())) {
            assertThat(probe.answers()).isTrue();
        }
    }

    @Test
    void aSocketThatSomebodyListensOnStays() throws IOException {
        try (SocketServer _ = start(socket());
                SelfProbe probe = new SelfProbe(socket())) {
            assertThatThrownBy(() -> start(socket()))
                    .isInstanceOf(SocketTakenException.class)
                    .hasMessageContaining("end it, or use another path");
            assertThat(probe.answers()).isTrue();
        }
    }

    @Test
    void whatIsNoSocketStays() throws IOException {
        Files.writeString(socket(), "somebody's");
        assertThatThrownBy(() -> start(socket())).isInstanceOf(SocketTakenException.class);
        assertThat(socket()).hasContent("somebody's");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void aSocketThatAnotherHasPutThereIsNotRemoved() throws IOException {
        SocketServer first = start(socket());
        Files.delete(socket());
        try (SocketServer _ = start(socket());
                SelfProbe probe = new SelfProbe(socket())) {
            first.close();
            assertThat(probe.answers()).isTrue();
        }
    }

    @Test
    void aPathThatNoSocketCanHaveIsRefused() {
        Path deep = directory.resolve("x".repeat(120)).resolve("csi.sock");
        assertThatThrownBy(() -> start(deep)).isInstanceOf(IOException.class);
    }
}
