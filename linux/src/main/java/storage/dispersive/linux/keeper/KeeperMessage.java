package storage.dispersive.linux.keeper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is said between a {@link DescriptorKeeper} and its clients, one packet each: magic (4
 * bytes), version (1), kind (1), length of the text (2), text in ASCII; numbers big-endian. In a
 * request the text is the descriptor's name, in an answer a list of names or what went wrong.
 * Descriptors travel beside DEPOSIT and FOUND.
 */
record KeeperMessage(Kind kind, String text) {

    /** Each with its number on the wire. */
    enum Kind {
        DEPOSIT(1),
        FETCH(2),
        FORGET(3),
        LIST(4),
        DONE(5),
        FOUND(6),
        UNKNOWN_NAME(7),
        REFUSED(8);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Optional<Kind> of(int code) {
            return Stream.of(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    static final int TEXT_LIMIT_BYTES = 16_384;
    static final int HEADER_BYTES = 8;
    static final int LIMIT_BYTES = HEADER_BYTES + TEXT_LIMIT_BYTES;

    private static final int MAGIC = 0x44534450;
    private static final byte VERSION = 1;

    KeeperMessage {
        if (text.length() > TEXT_LIMIT_BYTES
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("the text is too long or not ASCII");
        }
    }

    byte[] encode() {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                .putInt(MAGIC)
                .put(VERSION)
                .put((byte) kind.code)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    /** Empty for what is no message of this version. */
    static Optional<KeeperMessage> decode(byte[] packet) {
        if (packet.length < HEADER_BYTES || packet.length > LIMIT_BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        int magic = buffer.getInt();
        byte version = buffer.get();
        Optional<Kind> kind = Kind.of(buffer.get());
        int length = buffer.getShort();
        if (magic != MAGIC
                || version != VERSION
                || kind.isEmpty()
                || length != buffer.remaining()) {
            return Optional.empty();
        }
        for (int index = HEADER_BYTES; index < packet.length; index++) {
            if (packet[index] < 0) {
                return Optional.empty();
            }
        }
        String text = new String(packet, HEADER_BYTES, length, StandardCharsets.US_ASCII);
        return Optional.of(new KeeperMessage(kind.get(), text));
    }
}
