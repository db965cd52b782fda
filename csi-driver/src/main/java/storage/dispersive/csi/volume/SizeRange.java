package storage.dispersive.csi.volume;

/**
 * What size is wanted.
 *
 * @param required at least so large; 0 for any
 * @param limit at most so large, and not less than what is required
 */
public record SizeRange(ByteSize required, Limit limit) {

    public static final SizeRange ANY = new SizeRange(new ByteSize(0), Limit.NONE);

    public SizeRange {
        if (limit.bytes < required.bytes()) {
            throw new IllegalArgumentException(
                    "at least " + required + " and at most " + limit.bytes + " bytes");
        }
    }

    /** The largest size that is wanted, in bytes. */
    public record Limit(long bytes) {

        public static final Limit NONE = new Limit(Long.MAX_VALUE);
    }

    /** Whether a size is within it. */
    public boolean contains(ByteSize size) {
        return size.bytes() >= required.bytes() && size.bytes() <= limit.bytes;
    }

    @Override
    public String toString() {
        return "at least "
                + required
                + (limit.equals(Limit.NONE) ? "" : " and at most " + limit.bytes + " bytes");
    }
}
