package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import storage.dispersive.checksum.Crc32c;
import storage.dispersive.portion.VolumeId;

/**
 * One pod's share of a volume's key: the points of the splitting polynomials at {@link #index}.
 * Fewer shares than {@link #threshold} tell nothing of the key. Immutable, safe for all threads;
 * never printed, compared in constant time.
 *
 * <p>Binary form, version 1, {@value #ENCODED_BYTES} bytes, numbers big endian: magic {@code DKSH}
 * (4), version (1), threshold (1), index (1), zero (1), volume id (16), id of the split (8), check
 * value of the key (16), points (32), CRC32C of all before (4).
 */
public final class KeyShare {

    public static final int ENCODED_BYTES = 84;

    static final int CHECK_BYTES = 16;

    private static final int MAGIC = 0x444B5348;
    private static final int VERSION = 1;
    private static final int CHECKSUM_OFFSET = ENCODED_BYTES - Integer.BYTES;

    private final Split split;
    private final int index;
    private final byte[] points;

    /**
     * What all shares of one split have in common.
     *
     * @param id random, tells two splits of one key apart, whose shares do not fit together
     * @param checkHigh with {@code checkLow} a value derived from the key, which tells whether what
     *     came out of combining is the key
     */
    record Split(VolumeId volume, int threshold, long id, long checkHigh, long checkLow) {

        Split {
            if (threshold < 1 || threshold > KeyShares.MAX_SHARES) {
                throw new IllegalArgumentException("a threshold of " + threshold);
            }
        }
    }

    /** Takes {@code points} over. */
    KeyShare(Split split, int index, byte[] points) {
        if (index < 1 || index > KeyShares.MAX_SHARES || points.length != VolumeKey.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "no such share: index %d of %d bytes".formatted(index, points.length));
        }
        this.split = split;
        this.index = index;
        this.points = points;
    }

    public VolumeId volume() {
        return split.volume();
    }

    /** How many shares give the key. */
    public int threshold() {
        return split.threshold();
    }

    /** Where the polynomials were evaluated, 1 to n. */
    public int index() {
        return index;
    }

    Split split() {
        return split;
    }

    int point(int position) {
        return Byte.toUnsignedInt(points[position]);
    }

    /** The binary form, to be kept by one pod only. */
    public byte[] encode() {
        ByteBuffer to = ByteBuffer.allocate(ENCODED_BYTES);
        to.putInt(MAGIC);
        to.put((byte) VERSION).put((byte) split.threshold()).put((byte) index).put((byte) 0);
        to.putLong(split.volume().high()).putLong(split.volume().low());
        to.putLong(split.id()).putLong(split.checkHigh()).putLong(split.checkLow());
        to.put(points);
        to.putInt(checksum(to.array()));
        return to.array();
    }

    /**
     * The share that {@code encoded} is the binary form of.
     *
     * @throws KeyShareException if it is not a share, is damaged, or is of a later version
     */
    public static KeyShare decode(byte[] encoded) {
        if (encoded.length < Integer.BYTES + 1 || ByteBuffer.wrap(encoded).getInt() != MAGIC) {
            throw new KeyShareException("this is not a key share: it does not begin with DKSH");
        }
        int version = Byte.toUnsignedInt(encoded[Integer.BYTES]);
        if (version != VERSION) {
            throw new KeyShareException(
                    "this key share has version %d, and only version %d is known here"
                            .formatted(version, VERSION));
        }
        if (encoded.length != ENCODED_BYTES) {
            throw new KeyShareException(
                    "a key share has %d bytes, this one %d"
                            .formatted(ENCODED_BYTES, encoded.length));
        }
        ByteBuffer from = ByteBuffer.wrap(encoded, Integer.BYTES + 1, ENCODED_BYTES - 5);
        if (ByteBuffer.wrap(encoded).getInt(CHECKSUM_OFFSET) != checksum(encoded)) {
            throw new KeyShareException("this key share is damaged: its checksum is wrong");
        }
        int threshold = from.get();
        int index = from.get();
        int reserved = from.get();
        VolumeId volume = new VolumeId(from.getLong(), from.getLong());
        long splitId = from.getLong();
        long checkHigh = from.getLong();
        long checkLow = from.getLong();
        if (reserved != 0
                || threshold < 1
                || threshold > KeyShares.MAX_SHARES
                || index < 1
                || index > KeyShares.MAX_SHARES) {
            throw new KeyShareException(
                    "this key share says index %d, threshold %d, which cannot be"
                            .formatted(index, threshold));
        }
        byte[] points = new byte[VolumeKey.KEY_BYTES];
        from.get(points);
        Split split = new Split(volume, threshold, splitId, checkHigh, checkLow);
        return new KeyShare(split, index, points);
    }

    private static int checksum(byte[] encoded) {
        return Crc32c.of(MemorySegment.ofArray(encoded), 0, CHECKSUM_OFFSET);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyShare that
                && index == that.index
                && split.equals(that.split)
                && MessageDigest.isEqual(points, that.points);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {split.hashCode(), index});
    }

    @Override
    public String toString() {
        return "share %d of the key of volume %s, of which %d give the key"
                .formatted(index, split.volume(), split.threshold());
    }
}
