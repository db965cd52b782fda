package storage.dispersive.volume.pods;

/**
 * When a session that works is replaced by a new one, for which a virtual network machine of its
 * own is spawned.
 *
 * @param afterMillis of its age; each session waits up to a tenth more, so that they do not all
 *     roll at once
 * @param afterBytes that it has carried, both ways
 */
public record RollPolicy(long afterMillis, long afterBytes) {

    /** Sessions stay until they fail or are told. */
    public static final RollPolicy NEVER = new RollPolicy(Long.MAX_VALUE, Long.MAX_VALUE);

    /** An hour, or 64 GiB. */
    public static final RollPolicy USUAL = new RollPolicy(3_600_000, 64L << 30);

    public RollPolicy {
        if (afterMillis < 1 || afterBytes < 1) {
            throw new IllegalArgumentException("a session must be of some use before it is rolled");
        }
    }

    boolean hasAge() {
        return afterMillis != Long.MAX_VALUE;
    }
}
