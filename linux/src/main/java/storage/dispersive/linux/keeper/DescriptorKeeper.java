package storage.dispersive.linux.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.PeerCredentials;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.linux.keeper.KeeperMessage.Kind;

/**
 * Holds named descriptors for other processes and hands out duplicates, over a Unix socket with
 * SCM_RIGHTS. It serves only peers of its own user, root, and users that it was told, one after the
 * other, and at most {@value #PEER_TIMEOUT_MILLIS} ms per message, so a silent peer delays others
 * but blocks nobody.
 *
 * <p>What it holds is lost with its process. {@link DescriptorKeeperMain} is one that does nothing
 * else; who cannot bear a loss deposits with keepers in two processes.
 *
 * <p>Thread contract: one platform thread serves; {@link #close} from any thread.
 */
public final class DescriptorKeeper implements AutoCloseable {

    /** Descriptors held at once: of so many, all names fit into one answer. */
    public static final int DESCRIPTORS_LIMIT = 120;

    static final int PEER_TIMEOUT_MILLIS = 2_000;

    /** Messages of one peer, so that none stays for ever. */
    private static final int MESSAGES_LIMIT = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(DescriptorKeeper.class);

    private final TreeMap<String, Descriptor> held = new TreeMap<>();
    private final Path path;
    private final Set<UserId> users;
    private final PacketSocket listener;
    private final WakeEvent wake;
    private final Thread thread;

    private DescriptorKeeper(Path path, Set<UserId> users, PacketSocket listener, WakeEvent wake) {
        this.path = path;
        this.users = users;
        this.listener = listener;
        this.wake = wake;
        thread = Thread.ofPlatform().name("descriptor-keeper").unstarted(this::serve);
    }

    /**
     * Listens at the path. A socket that a dead keeper left there is replaced.
     *
     * @throws LinuxException EADDRINUSE if a keeper lives there, or the path is another file
     */
    public static DescriptorKeeper start(Path path) throws IOException {
        return start(path, Set.of());
    }

    /** The same; {@code users} may deposit and fetch whatever it holds, as may root. */
    public static DescriptorKeeper start(Path path, Set<UserId> users) throws IOException {
        WakeEvent wake = new WakeEvent();
        PacketSocket listener;
        try {
            listener = PacketSocket.listenAgain(path);
        } catch (IOException e) {
            wake.close();
            throw e;
        }
        // Credentials decide; the mode only keeps others from waking this process.
        String mode = users.isEmpty() ? "rw-------" : "rw-rw----";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        DescriptorKeeper keeper = new DescriptorKeeper(path, users, listener, wake);
        keeper.thread.start();
        return keeper;
    }

    private void serve() {
        try {
            while (true) {
                Optional<PacketSocket> accepted = listener.accept(wake);
                if (accepted.isEmpty()) {
                    return;
                }
                try (PacketSocket peer = accepted.get()) {
                    serve(peer);
                } catch (LinuxException e) {
                    LOG.warn("a peer was dropped: {}", e.getMessage());
                }
            }
        } catch (LinuxException e) {
            LOG.error("the keeper serves no more; what it holds stays open", e);
        }
    }

    private void serve(PacketSocket peer) throws LinuxException {
        PeerCredentials credentials = peer.peer();
        if (!credentials.isSameUserOrRoot() && !users.contains(credentials.user())) {
            LOG.warn("refused a peer of {}", credentials.user());
            return;
        }
        peer.limitWaiting(PEER_TIMEOUT_MILLIS);
        for (int count = 0; count < MESSAGES_LIMIT; count++) {
            Optional<PacketMessage> packet = peer.receive(KeeperMessage.LIMIT_BYTES);
            if (packet.isEmpty()) {
                return;
            }
            answer(peer, packet.get());
        }
    }

    private void answer(PacketSocket peer, PacketMessage packet) throws LinuxException {
        Optional<KeeperMessage> decoded = KeeperMessage.decode(packet.bytes());
        boolean keeps = decoded.isPresent() && decoded.get().kind() == Kind.DEPOSIT;
        if (!keeps) {
            packet.descriptor().ifPresent(Descriptor::close);
        }
        if (decoded.isEmpty()) {
            throw new LinuxException("not a keeper's message", Errno.EPROTO);
        }
        KeeperMessage request = decoded.get();
        switch (request.kind()) {
            case DEPOSIT -> reply(peer, deposit(request.text(), packet.descriptor()));
            case FETCH -> fetch(peer, request.text());
            case FORGET -> reply(peer, forget(request.text()));
            case LIST ->
                    reply(peer, new KeeperMessage(Kind.DONE, String.join("\n", held.keySet())));
            case DONE, FOUND, UNKNOWN_NAME, REFUSED ->
                    throw new LinuxException("an answer instead of a request", Errno.EPROTO);
        }
    }

    private static void reply(PacketSocket peer, KeeperMessage message) throws LinuxException {
        peer.send(message.encode(), Optional.empty());
    }

    private KeeperMessage deposit(String name, Optional<Descriptor> passed) {
        if (passed.isEmpty()) {
            return new KeeperMessage(Kind.REFUSED, "a deposit without a descriptor");
        }
        Descriptor descriptor = passed.get();
        if (!DescriptorName.isValid(name)) {
            descriptor.close();
            return new KeeperMessage(Kind.REFUSED, "not a name");
        }
        if (held.size() >= DESCRIPTORS_LIMIT && !held.containsKey(name)) {
            descriptor.close();
            return new KeeperMessage(
                    Kind.REFUSED, "the keeper holds " + DESCRIPTORS_LIMIT + " already");
        }
        Descriptor before = held.put(name, descriptor);
        if (before != null) {
            before.close();
        }
        return new KeeperMessage(Kind.DONE, "");
    }

    private void fetch(PacketSocket peer, String name) throws LinuxException {
        Descriptor descriptor = held.get(name);
        if (descriptor == null) {
            reply(peer, new KeeperMessage(Kind.UNKNOWN_NAME, ""));
            return;
        }
        peer.send(new KeeperMessage(Kind.FOUND, "").encode(), Optional.of(descriptor));
    }

    private KeeperMessage forget(String name) {
        Descriptor descriptor = held.remove(name);
        if (descriptor == null) {
            return new KeeperMessage(Kind.UNKNOWN_NAME, "");
        }
        descriptor.close();
        return new KeeperMessage(Kind.DONE, "");
    }

    /** Waits until the keeper has ended. */
    public void join() throws InterruptedException {
        thread.join();
    }

    /** Ends serving, closes all that is held and removes the socket. */
    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            // A peer may take its time; the descriptors must not be closed under it.
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the keeper ended", e);
        }
        held.values().forEach(Descriptor::close);
        held.clear();
        listener.close();
        wake.close();
        Files.deleteIfExists(path);
    }
}
