package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.blockdevice.MemoryDisk;
import storage.dispersive.blockdevice.nbd.RawClient.Reply;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;

@Timeout(30)
class NbdServerTest {

    private static final NbdLimits HASTY = new NbdLimits(2, 16, 64L << 20, 0, 0, 200);

    @TempDir Path directory;
    private final MemoryDisk disk = MemoryDisk.answeringWhenTold(1 << 20);
    private final List<NbdExport> exports = List.of(new NbdExport("", "", disk));
    private Path socket = Path.of("");

    @BeforeEach
    void chooseAPlace() {
        socket = directory.resolve("nbd.sock");
    }

    @AfterEach
    void closeDisk() {
        disk.close();
    }

    @Test
    void onlyTheOwnerMayConnectAndNothingElseIsLeftInTheDirectory() throws IOException {
        try (NbdServer server = NbdServer.start(socket, exports)) {
            assertThat(server.connections()).isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(directory).isDirectoryContaining(socket::equals);
            try (var files = Files.list(directory)) {
                assertThat(files).hasSize(1);
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aLivingServerKeepsItsPlace() throws IOException {
        try (NbdServer server = NbdServer.start(socket, exports)) {
            assertThatThrownBy(() -> NbdServer.start(socket, exports))
                    .isInstanceOf(BindException.class);
            RawClient.transmitting(socket).close();
            await().untilAsserted(() -> assertThat(server.connections()).isZero());
        }
    }

    @Test
    void aDeadServersSocketIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (NbdServer server = NbdServer.start(socket, exports)) {
            RawClient.transmitting(socket).close();
            await().untilAsserted(() -> assertThat(server.connections()).isZero());
        }
    }

    @Test
    void aFileThatIsNoSocketIsNotTouched() throws IOException {
        Files.writeString(socket, "precious");
        assertThatThrownBy(() -> NbdServer.start(socket, exports))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(socket).hasContent("precious");
    }

    @Test
    void aSocketThatHasReplacedOursIsNotRemoved() throws IOException {
        NbdServer first = NbdServer.start(socket, exports);
        Files.delete(socket);
        try (NbdServer second = NbdServer.start(socket, exports)) {
            first.close();
            assertThat(socket).exists();
            assertThat(second.connections()).isZero();
        }
    }

    @Test
    void closeAnswersWhatIsInFlight() throws Exception {
        NbdServer server = NbdServer.start(socket, exports);
        try (RawClient client = RawClient.transmitting(socket)) {
            client.sendRequest(NbdCommand.READ, 0, 5, 0, 512);
            await().until(() -> disk.held() == 1);
            Thread closing = Thread.ofPlatform().start(() -> close(server));
            await().until(() -> !Files.exists(socket));
            disk.answerHeld();
            assertThat(client.readReply()).isEqualTo(new Reply(NbdErrno.NONE, 5));
            client.readBytes(512);
            assertThat(client.isHungUp()).isTrue();
            closing.join();
            assertThat(server.bufferBytesInUse()).isZero();
        }
    }

    private static void close(NbdServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closeAbandonsWhatTheDiskDoesNotAnswerAndFreesItLater() throws IOException {
        NbdServer server = NbdServer.start(socket, exports, HASTY);
        try (RawClient client = RawClient.transmitting(socket)) {
            client.sendRequest(NbdCommand.READ, 0, 5, 0, 8192);
            await().until(() -> disk.held() == 1);
            server.close();
            assertThat(server.connections()).isZero();
            assertThat(client.isHungUp()).isTrue();
            assertThat(server.bufferBytesInUse()).isEqualTo(8192);
            disk.answerHeld();
            assertThat(server.bufferBytesInUse()).isZero();
        }
    }

    @Test
    void closeDoesNotWaitForClientsInTheHandshake() throws IOException {
        NbdServer server = NbdServer.start(socket, exports);
        try (RawClient client = RawClient.greeted(socket)) {
            await().until(() -> server.connections() == 1);
            server.close();
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void tooManyClientsAreTurnedAwayAndIdleHandshakesMakeRoom() throws IOException {
        try (NbdServer server = NbdServer.start(socket, exports, HASTY);
                RawClient working = RawClient.transmitting(socket)) {
            // The server's last word of the handshake comes before it counts it as over.
            assertIsServed(working);
            try (RawClient idle = RawClient.greeted(socket);
                    RawClient turnedAway = new RawClient(socket)) {
                assertThat(turnedAway.isHungUp()).isTrue();
                assertThat(idle.isHungUp()).isTrue();
            }
            await().until(() -> server.connections() == 1);
            RawClient.transmitting(socket).close();
            assertIsServed(working);
        }
    }

    private void assertIsServed(RawClient client) throws IOException {
        client.sendRequest(NbdCommand.FLUSH, 0, 1, 0, 0);
        await().until(() -> disk.held() == 1);
        disk.answerHeld();
        assertThat(client.readReply().errno()).isEqualTo(NbdErrno.NONE);
    }
}
