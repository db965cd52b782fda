package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32C;

/**
 * The frame around every small thing that the store keeps; the same in all versions, so that damage
 * and a later version are told apart.
 *
 * <pre>
 *   magic 4 | version 2 | zeros 2 | body bytes 4 | body | CRC32C of all before 4
 * </pre>
 */
final class Envelope {

    static final short VERSION = 1;
    private static final int FRAME_BYTES = 16;

    private Envelope() {}

    static int bytes(int bodyBytes) {
        return FRAME_BYTES + bodyBytes;
    }

    static ByteBuf seal(int magic, ByteBuf body) {
        ByteBuf out = Unpooled.buffer(bytes(body.readableBytes()));
        out.writeInt(magic).writeShort(VERSION).writeShort(0).writeInt(body.readableBytes());
        out.writeBytes(body);
        return out.writeInt(sum(out, out.readableBytes()));
    }

    /** The body, a view. Bytes behind the envelope are left alone. */
    static ByteBuf open(int magic, ByteBuf in) throws DamagedException, FutureFormatException {
        int at = in.readerIndex();
        if (in.readableBytes() < FRAME_BYTES || in.getInt(at) != magic) {
            throw new DamagedException("does not begin as it should");
        }
        int bodyBytes = in.getInt(at + 8);
        if (bodyBytes < 0 || bodyBytes > in.readableBytes() - FRAME_BYTES) {
            throw new DamagedException("is cut short");
        }
        if (sum(in, FRAME_BYTES - 4 + bodyBytes) != in.getInt(at + FRAME_BYTES - 4 + bodyBytes)) {
            throw new DamagedException("does not match its checksum");
        }
        int version = in.getUnsignedShort(at + 4);
        if (version != VERSION || in.getShort(at + 6) != 0) {
            throw new FutureFormatException(version);
        }
        return in.slice(at + FRAME_BYTES - 4, bodyBytes);
    }

    private static int sum(ByteBuf buffer, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.nioBuffer(buffer.readerIndex(), length));
        return (int) crc.getValue();
    }

    /** The bytes are not what was written. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /** The bytes are whole, and of a version that this code does not know. */
    static final class FutureFormatException extends Exception {
        private static final long serialVersionUID = 1L;

        FutureFormatException(int version) {
            super("has format " + version + ", and only " + VERSION + " is known here");
        }
    }
}
