package storage.dispersive.erasure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import storage.dispersive.foreign.IsaL;

/**
 * The combination by ISA-L. It takes addresses, so segments on the heap go the portable way; on the
 * data path all are native.
 */
final class IsaLCombination implements LinearCombination {

    /** Stands for an input past its end: a call never covers more than this. Read only. */
    private static final MemorySegment ZEROS =
            Arena.global().allocate(IsaL.CRITICAL_RANGE_BYTES, 64);

    private final MemorySegment tables;
    private final PortableCombination onHeap;

    IsaLCombination(Matrix matrix) {
        int rows = matrix.rowCount();
        int columns = matrix.columnCount();
        this.tables = Arena.ofAuto().allocate((long) IsaL.TABLE_BYTES * rows * columns, 64);
        this.onHeap = new PortableCombination(matrix);
        IsaL.initTables(columns, rows, matrix.toBytes(), tables);
    }

    @Override
    public void apply(MemorySegment[] inputs, MemorySegment[] outputs, ByteRange range) {
        if (!allUsable(inputs) || !allUsable(outputs) || !allWritable(outputs)) {
            onHeap.apply(inputs, outputs, range);
            return;
        }
        long[] from = new long[inputs.length];
        long[] to = new long[outputs.length];
        try {
            long at = range.from();
            while (at < range.until()) {
                long until = Math.min(range.until(), at + IsaL.CRITICAL_RANGE_BYTES);
                for (MemorySegment input : inputs) {
                    long end = input.byteSize();
                    until = end > at ? Math.min(until, end) : until;
                }
                for (int i = 0; i < from.length; i++) {
                    boolean ended = inputs[i].byteSize() <= at;
                    from[i] = ended ? ZEROS.address() : inputs[i].address() + at;
                }
                for (int i = 0; i < to.length; i++) {
                    to[i] = outputs[i].address() + at;
                }
                IsaL.encode((int) (until - at), tables, from, to);
                at = until;
            }
        } finally {
            // Only addresses were passed: nothing else keeps the memory from being freed.
            Reference.reachabilityFence(inputs);
            Reference.reachabilityFence(outputs);
        }
    }

    /** What may not be touched from here is left to the portable way, which throws as it should. */
    private static boolean allUsable(MemorySegment[] segments) {
        Thread thread = Thread.currentThread();
        for (MemorySegment segment : segments) {
            if (!segment.isNative()
                    || !segment.scope().isAlive()
                    || !segment.isAccessibleBy(thread)) {
                return false;
            }
        }
        return true;
    }

    private static boolean allWritable(MemorySegment[] segments) {
        for (MemorySegment segment : segments) {
            if (segment.isReadOnly()) {
                return false;
            }
        }
        return true;
    }
}
