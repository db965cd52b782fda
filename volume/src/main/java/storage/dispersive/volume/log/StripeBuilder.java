package storage.dispersive.volume.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.seal.BlockSealer;

/**
 * Takes operations from the head of a queue until a stripe is full, then seals their blocks: the
 * encryption is the one copy of the data. For one stripe; used on the loop's thread only.
 */
final class StripeBuilder {

    private final int mostBlocks;
    private final List<Extent> extents = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final List<PendingOperation> operations = new ArrayList<>();
    private int blocks;

    /** Blocks of one operation that go into this stripe. */
    private record Piece(long firstBlock, int count, MemorySegment source, long offset) {}

    StripeBuilder(int mostBlocks) {
        this.mostBlocks = mostBlocks;
    }

    List<PendingOperation> operations() {
        return operations;
    }

    void takeFrom(Deque<PendingOperation> queue) {
        PendingOperation next = queue.peekFirst();
        while (next != null && hasRoomFor(next)) {
            next.joinsStripe();
            operations.add(next);
            if (next.hasData()) {
                takeBlocks(next);
            } else {
                extents.add(new Extent.Zeroed(next.nextBlock(), next.remaining()));
                next.sealedMore(next.remaining());
            }
            if (next.remaining() == 0) {
                queue.removeFirst();
            }
            next = queue.peekFirst();
        }
    }

    SealedStripe.Content seal(long seq, BlockSealer sealer, ByteBufAllocator buffers) {
        int bytes = blocks * PortionFormat.UNIT_BYTES;
        ByteBuf sealed = buffers.directBuffer(Math.max(1, bytes));
        sealed.writerIndex(bytes);
        MemorySegment to = MemorySegment.ofBuffer(sealed.nioBuffer());
        int ordinal = 0;
        for (Piece piece : pieces) {
            for (int i = 0; i < piece.count; i++) {
                sealer.seal(
                        seq,
                        ordinal,
                        piece.firstBlock + i,
                        piece.source,
                        piece.offset + (long) i * VirtualDisk.BLOCK_BYTES,
                        to,
                        (long) ordinal * PortionFormat.UNIT_BYTES);
                ordinal++;
            }
        }
        return new SealedStripe.Content(extents, sealed);
    }

    private boolean hasRoomFor(PendingOperation next) {
        return extents.size() < StripeHeader.MAX_EXTENTS
                && (blocks < mostBlocks || !next.hasData());
    }

    private void takeBlocks(PendingOperation next) {
        int count = (int) Math.min(next.remaining(), mostBlocks - blocks);
        long offset = next.sealedBlocks() * VirtualDisk.BLOCK_BYTES;
        pieces.add(new Piece(next.nextBlock(), count, next.source(), offset));
        addWritten(next.nextBlock(), count);
        blocks += count;
        next.sealedMore(count);
    }

    private void addWritten(long first, int count) {
        if (!extents.isEmpty()
                && extents.getLast() instanceof Extent.Written(long before, int length)
                && before + length == first) {
            extents.set(extents.size() - 1, new Extent.Written(before, length + count));
        } else {
            extents.add(new Extent.Written(first, count));
        }
    }
}
