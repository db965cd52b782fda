package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.EngineMessages;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.PeerCredentials;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.transport.RefusalLog;

/**
 * The Unix socket at which the process is asked. The kernel says who connects (SO_PEERCRED): only
 * certain users are heard. Who says nothing for {@value #PEER_MILLIS} ms is cut.
 *
 * <p>Thread contract: one thread accepts, each of at most {@value #MAX_PEERS} peers has one; {@link
 * #close} from any thread.
 */
final class EngineServer implements AutoCloseable {

    static final int MAX_PEERS = 32;
    static final int PEER_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(EngineServer.class);

    private final Path path;
    private final Set<UserId> users;
    private final Function<EngineRequest, EngineAnswer> answers;
    private final PacketSocket listener;
    private final WakeEvent wake;
    private final Thread thread;
    private final AtomicInteger peers = new AtomicInteger();
    private final RefusalLog refusals = new RefusalLog(log);

    private EngineServer(
            Path path,
            Set<UserId> users,
            Function<EngineRequest, EngineAnswer> answers,
            PacketSocket listener)
            throws LinuxException {
        this.path = path;
        this.users = users;
        this.answers = answers;
        this.listener = listener;
        this.wake = new WakeEvent();
        this.thread = Thread.ofPlatform().name("control").daemon().unstarted(this::serve);
    }

    /**
     * Listens at the path; a socket that a dead process left there is replaced.
     *
     * @param users who may ask, besides root and this process's own
     * @param answers called by many threads; may wait
     */
    static EngineServer start(
            Path path, Set<UserId> users, Function<EngineRequest, EngineAnswer> answers)
            throws IOException {
        PacketSocket listener = PacketSocket.listenAgain(path);
        try {
            // Credentials decide; the mode keeps others from waking this process.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            EngineServer server = new EngineServer(path, users, answers, listener);
            server.thread.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private void serve() {
        try {
            while (true) {
                Optional<PacketSocket> accepted = listener.accept(wake);
                if (accepted.isEmpty()) {
                    return;
                }
                greet(accepted.get());
            }
        } catch (LinuxException e) {
            log.error("nobody is heard any more", e);
        }
    }

    private void greet(PacketSocket socket) {
        if (peers.incrementAndGet() > MAX_PEERS) {
            peers.decrementAndGet();
            refuse("everybody", "one asks too many at once");
            socket.close();
            return;
        }
        Thread.ofPlatform()
                .name("control-peer")
                .daemon()
                .start(() -> {
                    try (socket) {
                        hear(socket);
                    } catch (IOException | RuntimeException e) {
                        refuse("a peer", "a peer was dropped: " + e.getMessage());
                    } finally {
                        peers.decrementAndGet();
                    }
                });
    }

    private void hear(PacketSocket socket) throws IOException {
        PeerCredentials peer = socket.peer();
        if (!peer.isSameUserOrRoot() && !users.contains(peer.user())) {
            refuse(peer.user().toString(), peer.user() + " may not ask anything here");
            return;
        }
        socket.limitWaiting(PEER_MILLIS);
        while (true) {
            Optional<PacketMessage> packet = socket.receive(EngineMessages.MAX_BYTES);
            if (packet.isEmpty()) {
                return;
            }
            packet.get().descriptor().ifPresent(unasked -> unasked.close());
            socket.send(answer(packet.get().bytes()), Optional.empty());
        }
    }

    private byte[] answer(byte[] packet) throws IOException {
        EngineRequest request;
        try {
            request = EngineMessages.request(packet);
        } catch (IOException e) {
            return EngineMessages.encode(
                    new EngineAnswer.Refused(
                            Reason.WRONG,
                            String.valueOf(e.getMessage()),
                            "use a program of the same version"));
        }
        try {
            return EngineMessages.encode(answers.apply(request));
        } catch (IOException | RuntimeException e) {
            log.error("a request met a fault of this program", e);
            return EngineMessages.encode(
                    new EngineAnswer.Refused(
                            Reason.FAILED,
                            String.valueOf(e.getMessage()),
                            "look at the log of the engine process"));
        }
    }

    private void refuse(String who, String what) {
        synchronized (refusals) {
            refusals.refused(who, "control", what, System.nanoTime());
        }
    }

    /** Ends serving and removes the socket; answers that are being made are not sent. */
    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.close();
        wake.close();
        Files.deleteIfExists(path);
    }
}
