package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames together from bytes as they come. Belongs to one connection and is used by one
 * thread. What a peer announces is not allocated at once: a bulk begins with {@value
 * #FIRST_BULK_BYTES} bytes and grows as its bytes arrive.
 */
public final class FrameReader {

    static final int FIRST_BULK_BYTES = 256 << 10;

    private static final int USUAL_HEAD_BYTES = 256;

    private final ByteBufAllocator allocator;
    private final FrameSink sink;
    private final ByteBuf head = Unpooled.buffer(USUAL_HEAD_BYTES, FrameFormat.MAX_HEAD_BYTES);
    private FrameFormat.@Nullable Prefix prefix;
    private @Nullable ByteBuf bulk;
    private long frames;

    public FrameReader(ByteBufAllocator allocator, FrameSink sink) {
        this.allocator = allocator;
        this.sink = sink;
    }

    /**
     * Reads frames until the bytes end or the sink is not ready; leaves the reader index there.
     *
     * @throws MalformedFrameException if these are no frames; then this is to be closed
     */
    public void read(ByteBuf in) {
        while (sink.isReady() && in.isReadable()) {
            FrameFormat.Prefix known = readPrefix(in);
            if (known == null || !readHead(in, known) || !readBulk(in, known)) {
                return;
            }
            deliver(known);
        }
    }

    /** Whether a frame has begun and not ended. */
    public boolean isWithinFrame() {
        return head.isReadable();
    }

    /** Whole frames until now. */
    public long frames() {
        return frames;
    }

    /** Drops what was read of an unfinished frame. */
    public void close() {
        if (bulk != null) {
            bulk.release();
            bulk = null;
        }
        prefix = null;
        head.clear();
    }

    private FrameFormat.@Nullable Prefix readPrefix(ByteBuf in) {
        if (prefix != null) {
            return prefix;
        }
        if (!fillHead(in, FrameFormat.PREFIX_BYTES)) {
            return null;
        }
        FrameFormat.Prefix read = FrameFormat.readPrefix(head);
        sink.expect(read.type(), read.requestId(), read.bulkBytes());
        prefix = read;
        return read;
    }

    private boolean readHead(ByteBuf in, FrameFormat.Prefix known) {
        if (bulk != null) {
            return true;
        }
        if (!fillHead(in, known.headBytes())) {
            return false;
        }
        FrameFormat.checkSum(head);
        bulk =
                known.bulkBytes() == 0
                        ? Unpooled.EMPTY_BUFFER
                        : allocator.ioBuffer(
                                Math.min(known.bulkBytes(), FIRST_BULK_BYTES), known.bulkBytes());
        return true;
    }

    private boolean fillHead(ByteBuf in, int wantedBytes) {
        int missing = wantedBytes - head.readableBytes();
        head.writeBytes(in, Math.min(missing, in.readableBytes()));
        return head.readableBytes() == wantedBytes;
    }

    private boolean readBulk(ByteBuf in, FrameFormat.Prefix known) {
        if (bulk == null) {
            return false;
        }
        int missing = known.bulkBytes() - bulk.readableBytes();
        if (missing > 0) {
            bulk.writeBytes(in, Math.min(missing, in.readableBytes()));
        }
        return bulk.readableBytes() == known.bulkBytes();
    }

    private void deliver(FrameFormat.Prefix known) {
        ByteBuf whole = bulk == null ? Unpooled.EMPTY_BUFFER : bulk;
        ByteBuf fields = head.slice(FrameFormat.PREFIX_BYTES, known.fieldBytes());
        bulk = null;
        prefix = null;
        frames++;
        try {
            sink.accept(new Frame(known.type(), known.requestId(), fields, whole));
        } finally {
            head.clear();
        }
    }
}
