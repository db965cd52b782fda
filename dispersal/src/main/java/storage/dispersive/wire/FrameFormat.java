package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The bytes around every message; big-endian, the same in every version of the protocol.
 *
 * <pre>
 *   length 4 (of all that follows) | type 1 | flags 1 (zero) | field bytes 2 | request id 8
 *   fields
 *   CRC32C of all before it
 *   bulk: the rest, with checksums of its own
 * </pre>
 */
final class FrameFormat {

    static final int PREFIX_BYTES = 16;
    static final int SUM_BYTES = 4;
    static final int MAX_HEAD_BYTES = PREFIX_BYTES + 0xFFFF + SUM_BYTES;

    private static final int LENGTH_BYTES = 4;
    private static final int FIELD_BYTES_AT = 6;
    private static final int USUAL_HEAD_BYTES = 128;

    private FrameFormat() {}

    /** Makes a frame; takes over {@code bulk}, also when it fails. */
    static EncodedFrame encode(
            ByteBufAllocator allocator,
            FrameType type,
            long requestId,
            Consumer<ByteBuf> fields,
            ByteBuf bulk) {
        ByteBuf head = allocator.ioBuffer(USUAL_HEAD_BYTES, MAX_HEAD_BYTES);
        try {
            head.writeInt(0).writeByte(type.code()).writeByte(0).writeShort(0);
            head.writeLong(requestId);
            fields.accept(head);
            int fieldBytes = head.readableBytes() - PREFIX_BYTES;
            type.checkLengths(fieldBytes, bulk.readableBytes());
            int afterLength =
                    head.readableBytes() - LENGTH_BYTES + SUM_BYTES + bulk.readableBytes();
            head.setInt(0, afterLength).setShort(FIELD_BYTES_AT, fieldBytes);
            head.writeInt(sum(head));
            return new EncodedFrame(head, bulk);
        } catch (RuntimeException e) {
            head.release();
            bulk.release();
            throw e;
        }
    }

    static EncodedFrame encode(
            ByteBufAllocator allocator, FrameType type, long requestId, Consumer<ByteBuf> fields) {
        return encode(allocator, type, requestId, fields, Unpooled.EMPTY_BUFFER);
    }

    /** Reads the prefix of a frame, of which nothing else need be there. */
    static Prefix readPrefix(ByteBuf in) {
        int at = in.readerIndex();
        long length = in.getUnsignedInt(at);
        FrameType type = FrameType.of(in.getUnsignedByte(at + 4));
        if (in.getByte(at + 5) != 0) {
            throw new MalformedFrameException("flags that nobody knows");
        }
        int fieldBytes = in.getUnsignedShort(at + FIELD_BYTES_AT);
        long bulkBytes = length - (PREFIX_BYTES - LENGTH_BYTES) - fieldBytes - SUM_BYTES;
        type.checkLengths(fieldBytes, bulkBytes);
        return new Prefix(type, in.getLong(at + 8), fieldBytes, (int) bulkBytes);
    }

    /** Compares the checksum at the end of a whole head. */
    static void checkSum(ByteBuf head) {
        int covered = head.readableBytes() - SUM_BYTES;
        int stored = head.getInt(head.readerIndex() + covered);
        if (stored != sum(head.slice(head.readerIndex(), covered))) {
            throw new MalformedFrameException("the checksum of a frame does not match");
        }
    }

    private static int sum(ByteBuf bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()));
        return (int) crc.getValue();
    }

    /** What the first bytes of a frame say, checked against the limits of its type. */
    record Prefix(FrameType type, long requestId, int fieldBytes, int bulkBytes) {

        int headBytes() {
            return PREFIX_BYTES + fieldBytes + SUM_BYTES;
        }
    }
}
