package storage.dispersive.wire;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers every buffer that it made, so that a test can see what was taken and not given back.
 */
final class CountingAllocator {

    final List<ByteBuf> made = new ArrayList<>();

    final ByteBufAllocator allocator =
            new AbstractByteBufAllocator() {
                @Override
                protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
                    return remember(new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity));
                }

                @Override
                protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
                    return newHeapBuffer(initialCapacity, maxCapacity);
                }

                @Override
                public boolean isDirectBufferPooled() {
                    return false;
                }
            };

    private ByteBuf remember(ByteBuf buffer) {
        made.add(buffer);
        return buffer;
    }

    long unreleased() {
        return made.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }

    long liveBytes() {
        return made.stream()
                .filter(buffer -> buffer.refCnt() > 0)
                .mapToLong(ByteBuf::capacity)
                .sum();
    }
}
