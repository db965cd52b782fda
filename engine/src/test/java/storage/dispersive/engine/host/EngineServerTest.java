package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineClient;
import storage.dispersive.engine.control.EngineMessages;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.linux.PacketSocket;

class EngineServerTest {

    @TempDir Path directory;

    private Path path;
    private EngineServer server;

    @BeforeEach
    void start() throws IOException {
        path = directory.resolve("control.sock");
        server = EngineServer.start(path, Set.of(), EngineServerTest::answer);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static EngineAnswer answer(EngineRequest request) {
        return switch (request) {
            case EngineRequest.Status(String volume) -> new EngineAnswer.Detached(volume);
            default -> throw new IllegalStateException("a fault");
        };
    }

    @Test
    void aQuestionIsAnsweredAndTheSocketIsForFewUsers() throws IOException {
        assertAnswers();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw----");
    }

    private void assertAnswers() throws IOException {
        assertThat(new EngineClient(path).ask(new EngineRequest.Status("v")))
                .isEqualTo(new EngineAnswer.Detached("v"));
    }

    @Test
    void aFaultIsAnsweredToWhoAskedAndNobodyElseNoticesIt() throws IOException {
        assertThat(new EngineClient(path).ask(new EngineRequest.Survey()))
                .isEqualTo(
                        new EngineAnswer.Refused(
                                EngineAnswer.Reason.FAILED,
                                "a fault",
                                "look at the log of the engine process"));
        assertAnswers();
    }

    @Test
    void whatIsNoQuestionIsRefusedOverAConnectionThatStays() throws IOException {
        try (PacketSocket socket = PacketSocket.connect(path)) {
            socket.send("rubbish".getBytes(StandardCharsets.UTF_8), Optional.empty());
            assertThat(EngineMessages.answer(next(socket)))
                    .isInstanceOfSatisfying(
                            EngineAnswer.Refused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .isEqualTo(EngineAnswer.Reason.WRONG));
            socket.send(EngineMessages.encode(new EngineRequest.Status("v")), Optional.empty());
            assertThat(EngineMessages.answer(next(socket)))
                    .isEqualTo(new EngineAnswer.Detached("v"));
        }
    }

    private static byte[] next(PacketSocket socket) throws IOException {
        return socket.receive(EngineMessages.MAX_BYTES).orElseThrow().bytes();
    }

    @Test
    void silentPeersKeepNobodyFromAskingForLong() throws IOException {
        List<PacketSocket> silent = new ArrayList<>();
        try {
            for (int peer = 0; peer < EngineServer.MAX_PEERS; peer++) {
                silent.add(PacketSocket.connect(path));
            }
            EngineClient client = new EngineClient(path);
            assertThatThrownBy(() -> client.ask(new EngineRequest.Status("v")))
                    .isInstanceOf(IOException.class);
            // They are cut one after the other.
            for (PacketSocket peer : silent) {
                assertThat(peer.receive(EngineMessages.MAX_BYTES)).isEmpty();
            }
            await().ignoreExceptions()
                    .until(() -> client.ask(new EngineRequest.Status("v")) != null);
        } finally {
            silent.forEach(PacketSocket::close);
        }
    }

    @Test
    void aSocketThatADeadProcessLeftIsReplacedAndALivingOneIsNot() throws IOException {
        assertThatThrownBy(() -> EngineServer.start(path, Set.of(), EngineServerTest::answer))
                .isInstanceOf(IOException.class);
        assertAnswers();
    }
}
