package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;

/** Which sizes a volume can have: multiples of a block from 1 MiB to 64 TiB. */
final class VolumeSize {

    static final ByteSize SMALLEST = new ByteSize(1L << 20);
    static final ByteSize LARGEST = new ByteSize(64L << 40);

    private static final long USUAL_BYTES = 1L << 30;
    private static final long BLOCK_BYTES = 4096;

    private VolumeSize() {}

    /** The smallest size that will do; {@code OutOfRange} if there is none. */
    static Outcome<ByteSize> within(SizeRange range) {
        long required = range.required().bytes();
        if (required > LARGEST.bytes()) {
            return Outcome.refused(
                    new Refusal.OutOfRange("a volume has at most " + LARGEST + "; ask for less"));
        }
        long wanted = required == 0 ? usual(range.limit()) : Math.max(required, SMALLEST.bytes());
        ByteSize size = new ByteSize((wanted + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
        return range.contains(size)
                ? Outcome.done(size)
                : Outcome.refused(
                        new Refusal.OutOfRange(
                                "a volume has at least "
                                        + SMALLEST
                                        + " and a multiple of "
                                        + BLOCK_BYTES
                                        + " bytes; there is no such size of "
                                        + range
                                        + ": raise the limit"));
    }

    private static long usual(SizeRange.Limit limit) {
        long most = limit.bytes() / BLOCK_BYTES * BLOCK_BYTES;
        return Math.max(SMALLEST.bytes(), Math.min(USUAL_BYTES, most));
    }
}
