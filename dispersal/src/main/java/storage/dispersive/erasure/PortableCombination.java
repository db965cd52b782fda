package storage.dispersive.erasure;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The combination in plain Java. Eight bytes of a long are doubled at once in GF(2^8) by shift and
 * xor; a product with a coefficient is the sum of those doublings whose bits it has. The doublings
 * of an input serve all rows. There are no tables, and the loops over {@code long[]} are of the
 * kind that the JIT compiler turns into vector instructions; the copies into and out of these
 * arrays are cheap beside it and make heap, native and unaligned segments alike.
 */
final class PortableCombination implements LinearCombination {

    /** Eight doublings of a block and the sums of a few rows stay in a first-level cache. */
    private static final int BLOCK_BYTES = 2048;

    private static final int BLOCK_LONGS = BLOCK_BYTES / Long.BYTES;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long ONES = 0x0101010101010101L;

    private final Matrix matrix;
    private final int[] doublingsOfColumn;

    PortableCombination(Matrix matrix) {
        this.matrix = matrix;
        this.doublingsOfColumn = new int[matrix.columnCount()];
        for (int column = 0; column < doublingsOfColumn.length; column++) {
            int bits = 0;
            for (int row = 0; row < matrix.rowCount(); row++) {
                bits |= matrix.element(row, column);
            }
            doublingsOfColumn[column] = Integer.SIZE - Integer.numberOfLeadingZeros(bits);
        }
    }

    @Override
    public void apply(MemorySegment[] inputs, MemorySegment[] outputs, ByteRange range) {
        long[][] doubled = new long[Byte.SIZE][BLOCK_LONGS];
        long[][] sums = new long[outputs.length][BLOCK_LONGS];
        MemorySegment staged = MemorySegment.ofArray(doubled[0]);
        for (long at = range.from(); at < range.until(); at += BLOCK_BYTES) {
            int bytes = (int) Math.min(BLOCK_BYTES, range.until() - at);
            for (long[] sum : sums) {
                Arrays.fill(sum, 0);
            }
            for (int column = 0; column < inputs.length; column++) {
                long present = Math.min(bytes, inputs[column].byteSize() - at);
                if (present > 0 && doublingsOfColumn[column] > 0) {
                    MemorySegment.copy(inputs[column], at, staged, 0, present);
                    staged.asSlice(present, bytes - present).fill((byte) 0);
                    add(column, doubled, sums);
                }
            }
            for (int row = 0; row < outputs.length; row++) {
                MemorySegment.copy(MemorySegment.ofArray(sums[row]), 0, outputs[row], at, bytes);
            }
        }
    }

    private void add(int column, long[][] doubled, long[][] sums) {
        for (int bit = 1; bit < doublingsOfColumn[column]; bit++) {
            twice(doubled[bit - 1], doubled[bit]);
        }
        for (int row = 0; row < sums.length; row++) {
            int coefficient = matrix.element(row, column);
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                if ((coefficient & (1 << bit)) != 0) {
                    xor(doubled[bit], sums[row]);
                }
            }
        }
    }

    /** Multiplies each byte by x, reducing by 0x11D: 0x1D is the sum of 1, 4, 8 and 16. */
    private static void twice(long[] from, long[] to) {
        for (int i = 0; i < BLOCK_LONGS; i++) {
            long value = from[i];
            long carried = (value >>> 7) & ONES;
            long reduced = carried ^ (carried << 2) ^ (carried << 3) ^ (carried << 4);
            to[i] = ((value & LOW_BITS) << 1) ^ reduced;
        }
    }

    private static void xor(long[] from, long[] to) {
        for (int i = 0; i < BLOCK_LONGS; i++) {
            to[i] ^= from[i];
        }
    }
}
