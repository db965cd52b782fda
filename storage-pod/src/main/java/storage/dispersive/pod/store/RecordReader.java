package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.DiskFile;

/**
 * Reads the heads of records (prefix and portion header) one at a time into one buffer. What it
 * read is valid until it reads again.
 */
final class RecordReader {

    /** Holds the head and the whole of a portion of one block, and of most others the head. */
    private static final int FIRST_READ_BYTES = 8 << 10;

    private final boolean useIdEndsLog;
    private final ByteBuf buffer = Unpooled.directBuffer(FIRST_READ_BYTES);

    RecordReader(boolean useIdEndsLog) {
        this.useIdEndsLog = useIdEndsLog;
    }

    /**
     * Reads the head at {@code offset}, so that {@link #head} begins with it.
     *
     * @return null if there is no intact record of this use of the file
     */
    RecordFormat.@Nullable Prefix read(DiskFile file, long offset, long useId) throws IOException {
        buffer.clear();
        fill(file, offset, FIRST_READ_BYTES);
        RecordFormat.Prefix prefix = RecordFormat.parse(buffer, 0);
        if (prefix == null) {
            return null;
        }
        if (prefix.headBytes() > buffer.writerIndex()) {
            fill(file, offset, prefix.headBytes());
        }
        return isIntact(buffer, 0, prefix, useId) ? prefix : null;
    }

    /** Whether the head at {@code at} is all there, whole, and of this use. */
    boolean isIntact(ByteBuf in, int at, RecordFormat.Prefix prefix, long useId) {
        return in.writerIndex() - at >= prefix.headBytes()
                && (prefix.useId() == useId || !useIdEndsLog)
                && RecordFormat.isIntact(in, at, prefix);
    }

    /** The bytes from the start of the record on, at least the head and maybe more; a view. */
    ByteBuf head() {
        return buffer;
    }

    void release() {
        buffer.release();
    }

    private void fill(DiskFile file, long offset, int untilBytes) throws IOException {
        int have = buffer.writerIndex();
        buffer.ensureWritable(untilBytes - have);
        ByteBuffer target = buffer.nioBuffer(have, untilBytes - have);
        buffer.writerIndex(have + file.read(target, offset + have));
    }
}
