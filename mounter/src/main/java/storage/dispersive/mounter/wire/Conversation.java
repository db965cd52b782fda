package storage.dispersive.mounter.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;

/**
 * Messages over a socket of packets, which are smaller than an answer may be: each packet begins
 * with a byte that says whether another one belongs to it. For one thread at a time.
 */
final class Conversation implements AutoCloseable {

    private static final int PACKET_BYTES = 1 << 15;
    private static final byte MORE = '+';
    private static final byte LAST = '.';

    private final PacketSocket socket;

    Conversation(PacketSocket socket) {
        this.socket = socket;
    }

    void limitWaiting(int millis) throws IOException {
        socket.limitWaiting(millis);
    }

    void send(byte[] message) throws IOException {
        int sent = 0;
        do {
            int length = Math.min(PACKET_BYTES, message.length - sent);
            byte[] packet = new byte[length + 1];
            packet[0] = sent + length < message.length ? MORE : LAST;
            System.arraycopy(message, sent, packet, 1, length);
            socket.send(packet, Optional.empty());
            sent += length;
        } while (sent < message.length);
    }

    /** Empty if the peer has closed before a message. */
    Optional<byte[]> receive(int limitBytes) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean isWhole = false;
        while (!isWhole) {
            Optional<PacketMessage> packet = socket.receive(PACKET_BYTES + 1);
            if (packet.isEmpty()) {
                if (message.size() == 0) {
                    return Optional.empty();
                }
                throw new ProtocolException("the peer closed within a message");
            }
            packet.get().descriptor().ifPresent(Descriptor::close);
            byte[] bytes = packet.get().bytes();
            if (bytes.length == 0 || message.size() + bytes.length - 1 > limitBytes) {
                throw new ProtocolException("a message that is too long, or a packet of nothing");
            }
            message.writeBytes(Arrays.copyOfRange(bytes, 1, bytes.length));
            isWhole = bytes[0] != MORE;
        }
        return Optional.of(message.toByteArray());
    }

    @Override
    public void close() {
        socket.close();
    }
}
