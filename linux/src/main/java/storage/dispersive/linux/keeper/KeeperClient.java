package storage.dispersive.linux.keeper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.keeper.KeeperMessage.Kind;

/**
 * Deposits descriptors with a {@link DescriptorKeeper} and fetches them. One connection per call.
 *
 * <p>Thread contract: any thread; calls wait at most {@value #TIMEOUT_MILLIS} ms.
 */
public final class KeeperClient {

    static final int TIMEOUT_MILLIS = 10_000;

    private final Path path;

    public KeeperClient(Path path) {
        this.path = path;
    }

    /**
     * Has the keeper hold the descriptor, in place of one of the same name. The caller keeps its
     * own.
     */
    public void deposit(DescriptorName name, Descriptor descriptor) throws IOException {
        Reply reply = call(Kind.DEPOSIT, name.value(), Optional.of(descriptor));
        expect(reply, Kind.DONE);
    }

    /** A duplicate of the descriptor, which belongs to the caller; empty if the name is unknown. */
    public Optional<Descriptor> fetch(DescriptorName name) throws IOException {
        Reply reply = call(Kind.FETCH, name.value(), Optional.empty());
        if (reply.message().kind() == Kind.UNKNOWN_NAME) {
            return Optional.empty();
        }
        expect(reply, Kind.FOUND);
        if (reply.descriptor().isEmpty()) {
            // The kernel drops descriptors that this process has no number left for.
            throw new LinuxException(
                    "fetch " + name, Errno.EMFILE, "too many open files in this process?");
        }
        return reply.descriptor();
    }

    /** Has the keeper close the descriptor; says whether it held it. */
    public boolean forget(DescriptorName name) throws IOException {
        Reply reply = call(Kind.FORGET, name.value(), Optional.empty());
        if (reply.message().kind() == Kind.UNKNOWN_NAME) {
            return false;
        }
        expect(reply, Kind.DONE);
        return true;
    }

    /** The names held, sorted. */
    public List<DescriptorName> list() throws IOException {
        Reply reply = call(Kind.LIST, "", Optional.empty());
        expect(reply, Kind.DONE);
        return reply.message().text().lines().map(DescriptorName::new).toList();
    }

    private record Reply(KeeperMessage message, Optional<Descriptor> descriptor) {}

    private Reply call(Kind kind, String text, Optional<Descriptor> passed) throws IOException {
        try (PacketSocket socket = PacketSocket.connect(path)) {
            if (!socket.peer().isSameUserOrRoot()) {
                throw new LinuxException(
                        "use the keeper at " + path, Errno.EPERM, "it runs as another user");
            }
            socket.limitWaiting(TIMEOUT_MILLIS);
            socket.send(new KeeperMessage(kind, text).encode(), passed);
            Optional<PacketMessage> packet = socket.receive(KeeperMessage.LIMIT_BYTES);
            if (packet.isEmpty()) {
                throw new LinuxException(
                        "use the keeper at " + path,
                        Errno.ECONNRESET,
                        "it closed the connection; it serves its own user and root only");
            }
            Optional<Descriptor> descriptor = packet.get().descriptor();
            Optional<KeeperMessage> message = KeeperMessage.decode(packet.get().bytes());
            if (message.isEmpty()) {
                descriptor.ifPresent(Descriptor::close);
                throw new LinuxException("use the keeper at " + path, Errno.EPROTO);
            }
            return new Reply(message.get(), descriptor);
        }
    }

    private void expect(Reply reply, Kind kind) throws IOException {
        KeeperMessage message = reply.message();
        if (message.kind() != kind) {
            reply.descriptor().ifPresent(Descriptor::close);
            throw new IOException(
                    "the keeper at " + path + " answered " + message.kind() + " " + message.text());
        }
    }
}
