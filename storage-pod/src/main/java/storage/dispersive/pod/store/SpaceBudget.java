package storage.dispersive.pod.store;

import java.io.IOException;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.Disk;

/**
 * How much more files may take. The disk is asked at most once in {@value #ASK_AFTER_NANOS} ns;
 * what was used since is subtracted. That the disk may be full all the same is no surprise to a
 * writer.
 */
final class SpaceBudget {

    private static final long ASK_AFTER_NANOS = 200_000_000;

    private final Disk disk;
    private final EventLoop loop;
    private final StoreLimits limits;
    private long usedBytes;
    private long diskFreeBytes;
    private long askedAtNanos;
    private boolean asked;

    /** Who may use the reserve. */
    enum Purpose {
        ORDINARY,
        /** A volume that is full must still attach: fences and start records. */
        ATTACHING
    }

    SpaceBudget(Disk disk, EventLoop loop, StoreLimits limits) {
        this.disk = disk;
        this.loop = loop;
        this.limits = limits;
    }

    /** Files grew. */
    void use(long bytes) {
        usedBytes += bytes;
        diskFreeBytes -= bytes;
    }

    /** Files are gone. */
    void giveBack(long bytes) {
        usedBytes -= bytes;
        asked = false;
    }

    boolean allows(long moreBytes, Purpose purpose) throws IOException {
        long kept =
                switch (purpose) {
                    case ORDINARY -> limits.reserveBytes();
                    case ATTACHING -> 0;
                };
        return moreBytes == 0 || freeBytes() - kept >= moreBytes;
    }

    /**
     * Bytes that stripes may still take, of all volumes, when spare files are given up for them.
     */
    long freeForStripesBytes(long spareBytes) throws IOException {
        return Math.max(0, freeBytes() + spareBytes - limits.reserveBytes());
    }

    private long freeBytes() throws IOException {
        long now = loop.nanoTime();
        if (!asked || now - askedAtNanos >= ASK_AFTER_NANOS) {
            diskFreeBytes = disk.freeBytes();
            askedAtNanos = now;
            asked = true;
        }
        return Math.min(limits.capacityBytes() - usedBytes, diskFreeBytes);
    }
}
