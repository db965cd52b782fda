package storage.dispersive.pod.store;

/**
 * Bounds of one store.
 *
 * @param segmentFileBytes a segment goes on in another file when one has this size; a multiple of
 *     4096. A single portion that is larger gets a larger file.
 * @param spareFiles how many files of zeros are kept ready; 0 switches them off
 * @param capacityBytes that all files may take, whatever the disk has room for
 * @param reserveBytes of the capacity and of the disk that are kept for fences and start records
 * @param maxVolumes that the store holds at once
 * @param maxOpenFiles at once, but for those whose sync is under way
 * @param maxUnsyncedBytes of appends that are written and not yet durable; more is BUSY
 */
public record StoreLimits(
        long segmentFileBytes,
        int spareFiles,
        long capacityBytes,
        long reserveBytes,
        int maxVolumes,
        int maxOpenFiles,
        long maxUnsyncedBytes) {

    public static final StoreLimits PRODUCTION =
            new StoreLimits(64L << 20, 2, Long.MAX_VALUE, 16L << 20, 1024, 256, 64L << 20);

    /** For tests and simulations: small files that are used again soon. */
    public static final StoreLimits SMALL =
            new StoreLimits(64L << 10, 1, Long.MAX_VALUE, 64L << 10, 16, 8, 16L << 20);

    private static final long MAX_SEGMENT_FILE_BYTES = 16L << 30;
    private static final int MAX_SPARE_FILES = 1024;

    public StoreLimits {
        check(
                segmentFileBytes >= 4096
                        && segmentFileBytes <= MAX_SEGMENT_FILE_BYTES
                        && segmentFileBytes % 4096 == 0,
                "segment files of " + segmentFileBytes + " bytes");
        check(spareFiles >= 0 && spareFiles <= MAX_SPARE_FILES, spareFiles + " spare files");
        check(capacityBytes > 0, "a capacity of " + capacityBytes + " bytes");
        check(reserveBytes >= 0, "a reserve of " + reserveBytes + " bytes");
        check(maxVolumes >= 1, maxVolumes + " volumes");
        check(maxOpenFiles >= 1, maxOpenFiles + " open files");
        check(maxUnsyncedBytes >= 1, maxUnsyncedBytes + " bytes on their way to the disk");
    }

    public StoreLimits withSpareFiles(int files) {
        return new StoreLimits(
                segmentFileBytes,
                files,
                capacityBytes,
                reserveBytes,
                maxVolumes,
                maxOpenFiles,
                maxUnsyncedBytes);
    }

    public StoreLimits withCapacity(long bytes, long ofThemReservedBytes) {
        return new StoreLimits(
                segmentFileBytes,
                spareFiles,
                bytes,
                ofThemReservedBytes,
                maxVolumes,
                maxOpenFiles,
                maxUnsyncedBytes);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("no store can have " + what);
        }
    }
}
