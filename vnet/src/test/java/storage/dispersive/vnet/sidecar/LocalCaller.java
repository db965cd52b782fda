package storage.dispersive.vnet.sidecar;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.ProtocolException;

/** A process at the sidecar's Unix socket that says what it likes. */
final class LocalCaller implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final PacketSocket socket;

    private LocalCaller(PacketSocket socket) {
        this.socket = socket;
    }

    /** Connects, and hears the sidecar's first words. */
    static LocalCaller connect(Path path) throws LinuxException, ProtocolException {
        LocalCaller caller = new LocalCaller(PacketSocket.connect(path));
        caller.socket.limitWaiting(PATIENCE_MILLIS);
        if (!(caller.hear().orElseThrow() instanceof LocalMessage.Welcome)) {
            throw new AssertionError("no welcome");
        }
        return caller;
    }

    void say(String text) throws LinuxException {
        socket.send(text.getBytes(StandardCharsets.ISO_8859_1), Optional.empty());
    }

    void say(LocalMessage message) throws LinuxException {
        socket.send(message.encode(), Optional.empty());
    }

    void say(LocalMessage message, Descriptor passed) throws LinuxException {
        socket.send(message.encode(), Optional.of(passed));
    }

    /** What the sidecar answers; empty when it has hung up. */
    Optional<LocalMessage> hear() throws LinuxException, ProtocolException {
        Optional<PacketMessage> packet;
        try {
            packet = socket.receive(LocalMessage.MAX_BYTES);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ECONNRESET) {
                return Optional.empty();
            }
            throw e;
        }
        if (packet.isEmpty()) {
            return Optional.empty();
        }
        packet.get().descriptor().ifPresent(Descriptor::close);
        return Optional.of(LocalMessage.decode(packet.get().bytes()));
    }

    /** Hears whatever comes until the sidecar hangs up, and forgets it. */
    void hearAll() {
        try {
            while (hear().isPresent()) {
                Thread.onSpinWait();
            }
        } catch (LinuxException | ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    void shutDown() {
        socket.shutDown();
    }

    LocalMessage ask(LocalMessage message) throws LinuxException, ProtocolException {
        say(message);
        return hear().orElseThrow();
    }

    LocalMessage ask(LocalMessage message, Descriptor passed)
            throws LinuxException, ProtocolException {
        say(message, passed);
        return hear().orElseThrow();
    }

    @Override
    public void close() {
        socket.close();
    }
}
