package storage.dispersive.mounter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/** The socket: answers, failures, peers that misbehave. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MounterServerTest {

    private static final VolumeKey VOLUME = new VolumeKey("team-a.data");

    @TempDir private Path directory;
    private Path socket = Path.of("/");
    private Optional<MounterServer> server = Optional.empty();
    private final CountDownLatch slow = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("mounter");
        server = Optional.of(MounterServer.start(socket, Set.of(), mounter()));
    }

    @AfterEach
    void end() throws IOException {
        slow.countDown();
        if (server.isPresent()) {
            server.get().close();
        }
    }

    /** Looks at a volume, surveys at length, refuses to grow, breaks on closing, and is slow. */
    private Mounter mounter() {
        return (Mounter)
                Proxy.newProxyInstance(
                        Mounter.class.getClassLoader(),
                        new Class<?>[] {Mounter.class},
                        (_, method, _) ->
                                switch (method.getName()) {
                                    case "look" -> new Content.Blank(7);
                                    case "survey" -> longSurvey();
                                    case "grow" ->
                                            throw new MounterException(Reason.BUSY, "ü is busy");
                                    case "attachLoop" -> {
                                        slow.await();
                                        throw new MounterException(Reason.FAILED, "late");
                                    }
                                    default -> throw new IllegalStateException("broken");
                                });
    }

    private static Survey longSurvey() {
        List<Survey.Place> places = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            places.add(
                    new Survey.Place(
                            Path.of("/var/lib/kubelet/pods", "x".repeat(200), "p" + i),
                            Survey.Form.FILE_SYSTEM,
                            Access.READ_WRITE,
                            Optional.of(VOLUME)));
        }
        return new Survey(List.of(), places, List.of());
    }

    @Test
    void outcomesAndFailuresAreThoseOfTheMounter() throws IOException {
        RemoteMounter remote = new RemoteMounter(socket);
        assertThat(remote.look(VOLUME)).isEqualTo(new Content.Blank(7));
        assertThat(remote.survey()).isEqualTo(longSurvey());
        assertThatThrownBy(() -> remote.grow(VOLUME))
                .hasMessage("ü is busy")
                .matches(e -> reason(e) == Reason.BUSY);
        assertThatThrownBy(() -> remote.closeDisk(VOLUME)).matches(e -> reason(e) == Reason.FAILED);
        assertThat(remote.look(VOLUME)).isEqualTo(new Content.Blank(7));
    }

    private static Reason reason(Throwable thrown) {
        return thrown instanceof MounterException e ? e.reason() : Reason.TIMED_OUT;
    }

    @Test
    void aSlowOperationHoldsUpNobodyElse() throws IOException {
        RemoteMounter remote = new RemoteMounter(socket);
        Thread waiting =
                Thread.ofPlatform()
                        .start(() ->
                                assertThatThrownBy(() -> remote.attachLoop(VOLUME))
                                        .hasMessage("late"));
        assertThat(remote.look(VOLUME)).isEqualTo(new Content.Blank(7));
        assertThat(waiting.isAlive()).isTrue();
        slow.countDown();
        await().until(() -> !waiting.isAlive());
    }

    @Test
    void theSocketIsItsOwnersAndIsReplacedOnlyWhenItsServerIsGone() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
        assertThatThrownBy(() -> MounterServer.start(socket, Set.of(), mounter()))
                .hasMessageContaining("EADDRINUSE");
        server.orElseThrow().close();
        server = Optional.empty();
        assertThatThrownBy(() -> new RemoteMounter(socket).look(VOLUME))
                .matches(e -> reason(e) == Reason.UNREACHABLE);
        server = Optional.of(MounterServer.start(socket, Set.of(), mounter()));
        assertThat(new RemoteMounter(socket).look(VOLUME)).isEqualTo(new Content.Blank(7));
    }

    @Test
    void whoeverSpeaksNonsenseIsToldSoOrDropped() throws IOException {
        try (PacketSocket peer = PacketSocket.connect(socket)) {
            peer.send(".hello".getBytes(StandardCharsets.US_ASCII), Optional.empty());
            assertThat(
                            new String(
                                    peer.receive(1 << 16).orElseThrow().bytes(),
                                    StandardCharsets.US_ASCII))
                    .startsWith(".mounter/1 failed\nit.message=")
                    .contains("it.reason=REFUSED");
        }
        try (PacketSocket peer = PacketSocket.connect(socket)) {
            byte[] endless = new byte[1 << 14];
            endless[0] = '+';
            for (int count = 0; count < 2; count++) {
                peer.send(endless, Optional.empty());
            }
            assertThatThrownBy(
                            () -> {
                                peer.send(endless, Optional.empty());
                                peer.send(endless, Optional.empty());
                                if (peer.receive(1 << 16).isEmpty()) {
                                    throw new IOException("dropped");
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
        assertThat(new RemoteMounter(socket).look(VOLUME)).isEqualTo(new Content.Blank(7));
    }
}
