package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.linux.keeper.DescriptorName;

/**
 * What the engine process of a new pod and that of an old one say to each other over a Unix socket
 * in the directory that both have; {@code docs/engine.md} describes it. Packets of ASCII:
 *
 * <pre>
 * new: handover 1 POD
 * old: refused WHY                    or, when it serves no volume any more,
 *      descriptor NAME                with the descriptor, for each volume
 *      over                           when it has let go of the lock
 * new: ready                          when it serves
 * </pre>
 */
final class HandOver implements AutoCloseable {

    /** Longer than the old one waits for requests that are under way. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final int MAX_BYTES = 1024;
    private static final String ASK = "handover 1 ";
    private static final String REFUSED = "refused ";
    private static final String DESCRIPTOR = "descriptor ";
    private static final String OVER = "over";
    private static final String READY = "ready";

    private final PacketSocket socket;

    HandOver(PacketSocket socket) {
        this.socket = socket;
    }

    static Path socketIn(Path state) {
        return state.resolve("handover.sock");
    }

    /** The new one begins; fails if there is no old one that listens. */
    static HandOver call(Path state) throws IOException {
        PacketSocket socket = PacketSocket.connect(socketIn(state));
        try {
            if (!socket.peer().isSameUserOrRoot()) {
                throw new IOException("somebody else listens at " + socketIn(state));
            }
            socket.limitWaiting(PATIENCE_MILLIS);
            return new HandOver(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * The new one asks, and has all descriptors that were given when this ends, however it ends.
     */
    void ask(String pod, Map<DescriptorName, Descriptor> given) throws IOException {
        say(ASK + pod);
        while (true) {
            PacketMessage packet = hear();
            String text = text(packet);
            if (text.startsWith(DESCRIPTOR) && packet.descriptor().isPresent()) {
                DescriptorName name = new DescriptorName(text.substring(DESCRIPTOR.length()));
                Descriptor before = given.put(name, packet.descriptor().get());
                if (before != null) {
                    before.close();
                }
                continue;
            }
            packet.descriptor().ifPresent(Descriptor::close);
            if (text.equals(OVER)) {
                return;
            }
            throw new IOException(
                    text.startsWith(REFUSED)
                            ? text.substring(REFUSED.length())
                            : "the old process said " + text);
        }
    }

    /** The new one serves. */
    void ready() throws IOException {
        say(READY);
    }

    /** The old one is asked by this pod. */
    String asked() throws IOException {
        PacketMessage packet = hear();
        packet.descriptor().ifPresent(Descriptor::close);
        String text = text(packet);
        if (!text.startsWith(ASK)) {
            throw new IOException("a hand-over that begins with " + text);
        }
        return text.substring(ASK.length());
    }

    void refuse(String why) throws IOException {
        say(REFUSED + why);
    }

    /** The old one gives duplicates of what it has. */
    void give(Map<DescriptorName, Descriptor> held) throws IOException {
        for (Map.Entry<DescriptorName, Descriptor> each : new HashMap<>(held).entrySet()) {
            socket.send(bytes(DESCRIPTOR + each.getKey()), Optional.of(each.getValue()));
        }
        say(OVER);
    }

    /** Waits for the new one; whether it serves. If not, it has ended, or is about to. */
    boolean awaitReady() {
        try {
            socket.limitWaiting(0);
            PacketMessage packet = hear();
            packet.descriptor().ifPresent(Descriptor::close);
            return text(packet).equals(READY);
        } catch (IOException e) {
            return false;
        }
    }

    private void say(String text) throws IOException {
        socket.send(bytes(text), Optional.empty());
    }

    private PacketMessage hear() throws IOException {
        return socket.receive(MAX_BYTES)
                .orElseThrow(() -> new IOException("the other process is gone"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(PacketMessage packet) {
        return new String(packet.bytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        socket.close();
    }
}
