package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionKey;

/**
 * The bytes of one record of a segment file; big-endian, at a multiple of {@value #SECTOR_BYTES}.
 *
 * <pre>
 *   magic 4 | header bytes 4 | payload bytes 4 | index 1 | zeros 3
 *   use id 8 | durable through 8 | epoch 16 | seq 8 | attempt 4
 *   CRC32C of the prefix before it and of the portion's header 4
 *   portion, verbatim: header, payload
 * </pre>
 *
 * A record without a portion (both lengths 0) is a mark: it only says what is durable.
 */
final class RecordFormat {

    static final int SECTOR_BYTES = 512;
    static final int PREFIX_BYTES = 64;
    static final int MAX_HEAD_BYTES = PREFIX_BYTES + PortionFormat.MAX_HEADER_BYTES;
    private static final int MAGIC = 0x44505245;
    private static final int SUMMED_BYTES = PREFIX_BYTES - 4;

    private RecordFormat() {}

    /**
     * What stands before a portion.
     *
     * @param useId of the file when the record was written
     * @param durableThrough all of the file before this offset was durable by then
     * @param key of the portion; null in a mark
     */
    record Prefix(
            int headerBytes,
            int payloadBytes,
            long useId,
            long durableThrough,
            @Nullable PortionKey key) {

        /** From the start of the record to the start of the next. */
        long recordBytes() {
            return RecordFormat.recordBytes(headerBytes + payloadBytes);
        }

        /** Prefix and portion header. */
        int headBytes() {
            return PREFIX_BYTES + headerBytes;
        }
    }

    static long recordBytes(int portionBytes) {
        return Math.ceilDiv((long) PREFIX_BYTES + portionBytes, SECTOR_BYTES) * SECTOR_BYTES;
    }

    /** Appends the prefix and the portion (none for a mark), which keeps its reader index. */
    static void write(ByteBuf out, Prefix prefix, ByteBuf portion) {
        int at = out.writerIndex();
        PortionKey key = prefix.key;
        out.writeInt(MAGIC).writeInt(prefix.headerBytes).writeInt(prefix.payloadBytes);
        out.writeByte(key == null ? 0 : key.index()).writeZero(3);
        out.writeLong(prefix.useId).writeLong(prefix.durableThrough);
        Epoch epoch = key == null ? Epoch.ZERO : key.epoch();
        out.writeLong(epoch.generation()).writeLong(epoch.run());
        out.writeLong(key == null ? 0 : key.seq()).writeInt(key == null ? 0 : key.attempt());
        out.writeInt(0);
        out.writeBytes(portion, portion.readerIndex(), portion.readableBytes());
        out.setInt(at + SUMMED_BYTES, sum(out, at, prefix.headerBytes));
    }

    /** The prefix at {@code at}, not yet compared with its checksum; null if none can be there. */
    static @Nullable Prefix parse(ByteBuf in, int at) {
        if (in.writerIndex() - at < PREFIX_BYTES || in.getInt(at) != MAGIC) {
            return null;
        }
        int header = in.getInt(at + 4);
        int payload = in.getInt(at + 8);
        long seq = in.getLong(at + 48);
        int attempt = in.getInt(at + 56);
        long generation = in.getLong(at + 32);
        long run = in.getLong(at + 40);
        boolean possible =
                header >= 0
                        && header <= PortionFormat.MAX_HEADER_BYTES
                        && payload >= 0
                        && payload <= PortionFormat.MAX_PAYLOAD_BYTES
                        && (header == 0 ? payload == 0 && seq == 0 : seq >= 1)
                        && attempt >= 0
                        && generation >= 0
                        && run >= 0;
        if (!possible) {
            return null;
        }
        PortionKey key = null;
        if (header > 0) {
            Epoch epoch = new Epoch(generation, run);
            key = new PortionKey(epoch, seq, attempt, in.getUnsignedByte(at + 12));
        }
        return new Prefix(header, payload, in.getLong(at + 16), in.getLong(at + 24), key);
    }

    /** Whether prefix and portion header, all of them in the buffer, are as they were written. */
    static boolean isIntact(ByteBuf in, int at, Prefix prefix) {
        return in.getInt(at + SUMMED_BYTES) == sum(in, at, prefix.headerBytes);
    }

    private static int sum(ByteBuf buffer, int at, int headerBytes) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.nioBuffer(at, SUMMED_BYTES));
        crc.update(buffer.nioBuffer(at + PREFIX_BYTES, headerBytes));
        return (int) crc.getValue();
    }
}
