package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.PeerCredentials;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.transport.RefusalLog;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * The Unix socket for the main processes beside the sidecar. The kernel says who connects
 * (SO_PEERCRED): only certain users are heard.
 *
 * <p>Thread contract: one thread accepts, each process has one; {@link #close} from any thread.
 */
final class LocalServer implements AutoCloseable {

    /** Main processes at once: engines of a node's volumes, commands. */
    private static final int MAX_PEERS = 256;

    /** Users who were told of as having no right; the next ones are not. */
    private static final int MAX_STRANGERS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);

    private final Path path;
    private final Set<UserId> users;
    private final LocalMessage.Welcome welcome;
    private final LocalPeer.Ears ears;
    private final PacketSocket listener;
    private final WakeEvent wake;
    private final Thread thread;
    private final Set<LocalPeer> peers = ConcurrentHashMap.newKeySet();
    private final Set<UserId> strangers = new HashSet<>();
    private final RefusalLog drops = new RefusalLog(LOG);
    private boolean crowded;

    private LocalServer(
            Path path,
            Set<UserId> users,
            LocalMessage.Welcome welcome,
            LocalPeer.Ears ears,
            PacketSocket listener)
            throws LinuxException {
        this.path = path;
        this.users = users;
        this.welcome = welcome;
        this.ears = ears;
        this.listener = listener;
        this.wake = new WakeEvent();
        this.thread = Thread.ofPlatform().name("local").daemon().unstarted(this::serve);
    }

    /**
     * Listens at the path; a socket that a dead sidecar left there is replaced.
     *
     * @param users who may connect, besides root and this process's own
     */
    static LocalServer start(
            Path path, Set<UserId> users, LocalMessage.Welcome welcome, LocalPeer.Ears ears)
            throws IOException {
        PacketSocket listener = PacketSocket.listenAgain(path);
        try {
            // Credentials decide; the mode keeps others from waking this process.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            LocalServer server = new LocalServer(path, users, welcome, ears, listener);
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
            LOG.error("no more processes of this host are heard", e);
        }
    }

    private void greet(PacketSocket socket) {
        try {
            PeerCredentials credentials = socket.peer();
            String who = "the process " + credentials.processId() + " of " + credentials.user();
            if (!credentials.isSameUserOrRoot() && !users.contains(credentials.user())) {
                refuse(credentials.user(), who);
                socket.close();
            } else if (peers.size() >= MAX_PEERS) {
                if (!crowded) {
                    LOG.warn("{} is one too many, as are others until somebody leaves", who);
                }
                crowded = true;
                socket.close();
            } else {
                crowded = false;
                LocalPeer peer =
                        new LocalPeer(
                                socket,
                                who,
                                new Farewell(),
                                why -> dropped(credentials.user(), who + " " + why));
                peers.add(peer);
                peer.send(welcome);
                Thread.ofPlatform().name("local-peer").daemon().start(peer::run);
            }
        } catch (LinuxException e) {
            LOG.warn("a process of this host was dropped: {}", e.getMessage());
            socket.close();
        }
    }

    /** Once for each user: whoever knocks all the time must not fill a disk. */
    private void refuse(UserId user, String who) {
        if (strangers.size() < MAX_STRANGERS && strangers.add(user)) {
            LOG.warn("{} may not ask for machines, nor will this user be named again", who);
        }
    }

    /** Told of once a minute for each user, as is who knocks at the control port. */
    private void dropped(UserId user, String what) {
        synchronized (drops) {
            drops.refused(user.toString(), "local", what, System.nanoTime());
        }
    }

    /** Forgets those that leave. */
    private final class Farewell implements LocalPeer.Ears {
        @Override
        public void heard(
                LocalPeer peer, LocalMessage message, Optional<Descriptor> passed, Runnable done) {
            ears.heard(peer, message, passed, done);
        }

        @Override
        public void left(LocalPeer peer) {
            peers.remove(peer);
            ears.left(peer);
        }
    }

    /** Ends serving and removes the socket. */
    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.forEach(LocalPeer::drop);
        listener.close();
        wake.close();
        Files.deleteIfExists(path);
    }
}
