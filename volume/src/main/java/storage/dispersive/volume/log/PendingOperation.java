package storage.dispersive.volume.log;

import java.lang.foreign.MemorySegment;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;

/**
 * A write or a zeroing of whole blocks, from its arrival to its answer. It may be spread over
 * several stripes, and is answered when the last of them is committed.
 */
final class PendingOperation {

    private final long firstBlock;
    private final long blocks;
    private final MemorySegment source;
    private final DiskCompletion completion;
    private final long sinceNanos;
    private long sealed;
    private int stripesUnderWay;
    private boolean answered;

    /**
     * @param source the data of a write; {@link MemorySegment#NULL} of a zeroing
     */
    PendingOperation(
            long firstBlock,
            long blocks,
            MemorySegment source,
            DiskCompletion completion,
            long sinceNanos) {
        this.firstBlock = firstBlock;
        this.blocks = blocks;
        this.source = source;
        this.completion = completion;
        this.sinceNanos = sinceNanos;
    }

    boolean hasData() {
        return source.byteSize() > 0;
    }

    MemorySegment source() {
        return source;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** The first block that is not in a stripe yet. */
    long nextBlock() {
        return firstBlock + sealed;
    }

    /** Blocks that are not in a stripe yet. */
    long remaining() {
        return blocks - sealed;
    }

    long sealedBlocks() {
        return sealed;
    }

    /** The next {@code count} blocks are in a stripe. */
    void sealedMore(long count) {
        sealed += count;
    }

    void joinsStripe() {
        stripesUnderWay++;
    }

    /** One of its stripes is committed. */
    void stripeCommitted() {
        stripesUnderWay--;
        if (stripesUnderWay == 0 && remaining() == 0 && !answered) {
            answered = true;
            completion.succeeded();
        }
    }

    boolean isAnswered() {
        return answered;
    }

    void fail(DiskError error) {
        if (!answered) {
            answered = true;
            completion.failed(error);
        }
    }
}
