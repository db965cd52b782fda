package storage.dispersive.blockdevice.fuse;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts for {@link FuseStatus}. Thread contract: any thread. */
final class SessionCounters {

    final LongAdder reads = new LongAdder();
    final LongAdder readBytes = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder writtenBytes = new LongAdder();
    final LongAdder zeroes = new LongAdder();
    final LongAdder resent = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final AtomicInteger flusherReaders = new AtomicInteger();

    FuseStatus status(SlotPool pool) {
        return new FuseStatus(
                pool.lockedBytes(),
                pool.sizeBytes(),
                flusherReaders.get(),
                pool.busy(),
                reads.sum(),
                readBytes.sum(),
                writes.sum(),
                writtenBytes.sum(),
                zeroes.sum(),
                resent.sum(),
                failed.sum(),
                malformed.sum());
    }
}
