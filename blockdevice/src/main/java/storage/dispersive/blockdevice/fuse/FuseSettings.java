package storage.dispersive.blockdevice.fuse;

/**
 * The bounds of a session.
 *
 * @param readers threads that read requests, 1 to {@value #READERS_LIMIT}
 * @param slots requests in work at once, each with a locked buffer of a transfer's size
 * @param maxTransferBytes the longest read or write, a power of two from 8 KiB to 1 MiB; the same
 *     for all processes that serve one mount, since INIT told it to the kernel
 * @param drainMillis how long {@link FuseSession#stop} waits for requests in work
 */
public record FuseSettings(int readers, int slots, int maxTransferBytes, int drainMillis) {

    public static final int READERS_LIMIT = 16;
    public static final int SLOTS_LIMIT = 512;

    /** The kernel reads into nothing smaller (FUSE_MIN_READ_BUFFER). */
    private static final int TRANSFER_LOWEST_BYTES = 8192;

    public static final int TRANSFER_LIMIT_BYTES = 1 << 20;

    /** Two readers, 32 slots of 1 MiB, 10 s to drain. */
    public static final FuseSettings DEFAULT =
            new FuseSettings(2, 32, TRANSFER_LIMIT_BYTES, 10_000);

    public FuseSettings {
        if (readers < 1 || readers > READERS_LIMIT) {
            throw new IllegalArgumentException(
                    "1 to " + READERS_LIMIT + " readers, not " + readers);
        }
        if (slots < readers || slots > SLOTS_LIMIT) {
            throw new IllegalArgumentException(
                    "as many slots as readers and at most " + SLOTS_LIMIT + ", not " + slots);
        }
        if (Integer.bitCount(maxTransferBytes) != 1
                || maxTransferBytes < TRANSFER_LOWEST_BYTES
                || maxTransferBytes > TRANSFER_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "a power of two from 8192 to 1048576, not " + maxTransferBytes);
        }
        if (drainMillis < 0) {
            throw new IllegalArgumentException("drainMillis is negative: " + drainMillis);
        }
    }
}
