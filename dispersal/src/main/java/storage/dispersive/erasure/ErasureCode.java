package storage.dispersive.erasure;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Reed-Solomon over GF(2^8), polynomial 0x11D: k data portions and m parity portions, of which any
 * k give back all. Portions are numbered 0 to k - 1 (data) and k to k + m - 1 (parity). The bytes
 * are those of Backblaze's JavaReedSolomon (Vandermonde matrix made systematic; Plank, "A Tutorial
 * on Reed-Solomon Coding for Fault-Tolerance in RAID-like Systems", 1997, with its 2003 note).
 *
 * <p>Immutable and safe for all threads. Segments may be native or on the heap, of any alignment;
 * native ones are faster. The caller keeps them open and unchanged during a call: with native code
 * nothing else would. Outputs must not overlap inputs. It corrects what is known to be missing; it
 * does not find what is wrong, which is the checksums' business.
 */
public final class ErasureCode {

    /** The most portions, data and parity together. */
    public static final int MAX_PORTIONS = 32;

    /**
     * How many prepared matrices a code keeps for decoding. Those in use are few: as many as there
     * are ways in which pods are missing just now. When the bound is reached, all are dropped.
     */
    static final int MAX_DECODE_MATRICES = 256;

    private static final ConcurrentMap<Integer, ErasureCode> CODES = new ConcurrentHashMap<>();

    private final int dataPortions;
    private final int parityPortions;
    private final Kernel kernel;
    private final Matrix generator;
    private final LinearCombination parity;
    private final ConcurrentMap<Long, LinearCombination> decoders = new ConcurrentHashMap<>();

    ErasureCode(int dataPortions, int parityPortions, Kernel kernel) {
        check(dataPortions, parityPortions);
        this.dataPortions = dataPortions;
        this.parityPortions = parityPortions;
        this.kernel = kernel;
        this.generator = Matrix.generator(dataPortions, parityPortions);
        this.parity = kernel.prepare(generator.rowRange(dataPortions, portions()));
    }

    /**
     * The code of k data and m parity portions; always the same object.
     *
     * @throws IllegalArgumentException unless 1 &lt;= k, 1 &lt;= m and k + m &lt;= 32
     */
    public static ErasureCode of(int dataPortions, int parityPortions) {
        check(dataPortions, parityPortions);
        return CODES.computeIfAbsent(
                dataPortions * MAX_PORTIONS + parityPortions,
                ignored -> new ErasureCode(dataPortions, parityPortions, Kernel.CHOSEN));
    }

    private static void check(int dataPortions, int parityPortions) {
        if (dataPortions < 1
                || parityPortions < 1
                || dataPortions > MAX_PORTIONS
                || parityPortions > MAX_PORTIONS - dataPortions) {
            throw new IllegalArgumentException(
                    ("an erasure code needs at least 1 data and 1 parity portion and at most %d"
                                    + " together, got %d + %d")
                            .formatted(MAX_PORTIONS, dataPortions, parityPortions));
        }
    }

    public int dataPortions() {
        return dataPortions;
    }

    public int parityPortions() {
        return parityPortions;
    }

    private int portions() {
        return dataPortions + parityPortions;
    }

    /** Who does the work, for status: {@code isa-l 2.30} or {@code portable}. */
    public static String backend() {
        return Kernel.CHOSEN.label();
    }

    /**
     * Computes all parity portions.
     *
     * @param data the k data portions; one that is shorter than {@code lengthBytes} counts as
     *     filled up with zeros
     * @param parity the m parity portions, {@code lengthBytes} each, to be written
     */
    public void encode(MemorySegment[] data, MemorySegment[] parity, long lengthBytes) {
        if (lengthBytes < 0 || data.length != dataPortions || parity.length != parityPortions) {
            throw new IllegalArgumentException(
                    "a %d+%d code cannot encode %d portions into %d of %d bytes"
                            .formatted(
                                    dataPortions,
                                    parityPortions,
                                    data.length,
                                    parity.length,
                                    lengthBytes));
        }
        for (int i = 0; i < data.length; i++) {
            checkPortion(i, data[i], lengthBytes);
        }
        for (int i = 0; i < parity.length; i++) {
            checkPortion(dataPortions + i, parity[i], lengthBytes);
        }
        this.parity.apply(data, parity, new ByteRange(0, lengthBytes));
    }

    /**
     * Computes portions from exactly k of the present ones, data portions first.
     *
     * @param present all k + m portions in order, null where absent; a data portion that is shorter
     *     than {@code lengthBytes} counts as filled up with zeros
     * @param wanted the numbers of the portions to compute, each once, in any order
     * @param out where to write them, in the order of {@code wanted}; one shorter than {@code
     *     lengthBytes} gets only its first bytes
     * @throws IllegalArgumentException if fewer than k portions are present, or sizes do not fit
     */
    public void reconstruct(
            @Nullable MemorySegment[] present,
            int[] wanted,
            MemorySegment[] out,
            long lengthBytes) {
        if (lengthBytes < 0 || present.length != portions() || wanted.length != out.length) {
            throw new IllegalArgumentException(
                    "a %d+%d code cannot compute %d portions into %d of %d bytes from %d places"
                            .formatted(
                                    dataPortions,
                                    parityPortions,
                                    wanted.length,
                                    out.length,
                                    lengthBytes,
                                    present.length));
        }
        MemorySegment[] inputs = new MemorySegment[dataPortions];
        int usedMask = selectInputs(present, inputs, lengthBytes);
        MemorySegment[] outputs = new MemorySegment[portions()];
        int openMask = placeOutputs(wanted, out, outputs, lengthBytes);

        // Outputs end at different places: each range has the rows of those that reach beyond it.
        long from = 0;
        while (true) {
            openMask = dropEnded(openMask, outputs, from);
            if (openMask == 0) {
                return;
            }
            MemorySegment[] open = select(openMask, outputs);
            long until = lengthBytes;
            for (MemorySegment output : open) {
                until = Math.min(until, output.byteSize());
            }
            decoder(usedMask, openMask).apply(inputs, open, new ByteRange(from, until));
            from = until;
        }
    }

    private int selectInputs(
            @Nullable MemorySegment[] present, MemorySegment[] inputs, long lengthBytes) {
        int mask = 0;
        int found = 0;
        for (int i = 0; i < present.length && found < dataPortions; i++) {
            MemorySegment portion = present[i];
            if (portion != null) {
                checkPortion(i, portion, lengthBytes);
                inputs[found++] = portion;
                mask |= 1 << i;
            }
        }
        if (found < dataPortions) {
            throw new IllegalArgumentException(
                    "a %d+%d code needs %d portions, only %d are present"
                            .formatted(dataPortions, parityPortions, dataPortions, found));
        }
        return mask;
    }

    private int placeOutputs(
            int[] wanted, MemorySegment[] out, MemorySegment[] outputs, long lengthBytes) {
        int mask = 0;
        for (int i = 0; i < wanted.length; i++) {
            int portion = wanted[i];
            if (portion < 0 || portion >= portions() || (mask & (1 << portion)) != 0) {
                throw new IllegalArgumentException(
                        "portion " + portion + " is wanted twice or does not exist");
            }
            if (out[i].byteSize() > lengthBytes) {
                throw new IllegalArgumentException(
                        "portion %d has %d bytes, not %d"
                                .formatted(portion, lengthBytes, out[i].byteSize()));
            }
            outputs[portion] = out[i];
            mask |= 1 << portion;
        }
        return mask;
    }

    private static int dropEnded(int mask, MemorySegment[] outputs, long at) {
        int open = mask;
        for (int i = 0; i < outputs.length; i++) {
            if ((open & (1 << i)) != 0 && outputs[i].byteSize() <= at) {
                open &= ~(1 << i);
            }
        }
        return open;
    }

    private static MemorySegment[] select(int mask, MemorySegment[] outputs) {
        MemorySegment[] selected = new MemorySegment[Integer.bitCount(mask)];
        int next = 0;
        for (int i = 0; i < outputs.length; i++) {
            if ((mask & (1 << i)) != 0) {
                selected[next++] = outputs[i];
            }
        }
        return selected;
    }

    private LinearCombination decoder(int usedMask, int wantedMask) {
        long key =
                Integer.toUnsignedLong(usedMask) << Integer.SIZE
                        | Integer.toUnsignedLong(wantedMask);
        LinearCombination known = decoders.get(key);
        if (known != null) {
            return known;
        }
        Matrix decode = generator.selectRows(usedMask).inverted();
        LinearCombination made = kernel.prepare(generator.selectRows(wantedMask).times(decode));
        if (decoders.size() >= MAX_DECODE_MATRICES) {
            decoders.clear();
        }
        decoders.put(key, made);
        return made;
    }

    /** How many decode matrices are kept now. */
    int cachedDecoders() {
        return decoders.size();
    }

    private void checkPortion(int portion, MemorySegment segment, long lengthBytes) {
        boolean fits =
                portion < dataPortions
                        ? segment.byteSize() <= lengthBytes
                        : segment.byteSize() == lengthBytes;
        if (!fits) {
            throw new IllegalArgumentException(
                    "portion %d of a %d+%d code should have %d bytes, has %d"
                            .formatted(
                                    portion,
                                    dataPortions,
                                    parityPortions,
                                    lengthBytes,
                                    segment.byteSize()));
        }
    }

    @Override
    public String toString() {
        return dataPortions + "+" + parityPortions;
    }
}
