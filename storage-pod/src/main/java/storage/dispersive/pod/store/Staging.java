package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Where a record is put together before it is written. The portion is copied here so that prefix,
 * portion and the zeros up to the next page go to the file in one positional write: a second call,
 * and the read that the kernel does before it overwrites a part of a page, both cost more.
 */
final class Staging {

    static final int PAGE_BYTES = 4096;
    private static final int KEPT_BYTES = 256 << 10;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    /** An empty buffer with room for {@code bytes}; the one given before is no longer valid. */
    ByteBuf take(int bytes) {
        boolean isTooLarge = buffer.capacity() > KEPT_BYTES && bytes <= KEPT_BYTES;
        if (buffer.capacity() < bytes || isTooLarge) {
            buffer.release();
            buffer = Unpooled.directBuffer(Math.max(bytes, 16 << 10));
        }
        return buffer.clear();
    }

    void release() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
    }

    static long pageEnd(long offset) {
        return Math.ceilDiv(offset, PAGE_BYTES) * PAGE_BYTES;
    }
}
