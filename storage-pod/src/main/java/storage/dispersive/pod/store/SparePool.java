package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.pod.disk.IoCompletion;

/**
 * Files whose blocks are allocated and were written before: overwriting them commits faster than
 * appending to a fresh file. They are filled with zeros once, one at a time in the background, and
 * deleted segments come back here. {@link StoreLimits#spareFiles} are made; {@value #KEPT_FOR_EACH}
 * times as many are kept of those that come back, since to keep one is cheaper than to delete it
 * and make another. All are given up as soon as their room is needed.
 */
final class SparePool {

    static final String PREFIX = "spare-";
    private static final int KEPT_FOR_EACH = 8;
    private static final Logger LOG = LoggerFactory.getLogger(SparePool.class);

    private final Disk disk;
    private final StoreLimits limits;
    private final SpaceBudget space;
    private final StoreLatch latch;
    private final Deque<Spare> spares = new ArrayDeque<>();
    private long nextNumber;
    private boolean filling;

    /** A file that may become a segment, and its length. */
    record Spare(String name, long bytes) {}

    SparePool(Disk disk, StoreLimits limits, SpaceBudget space, StoreLatch latch) {
        this.disk = disk;
        this.limits = limits;
        this.space = space;
        this.latch = latch;
    }

    /** A name that no file has had in this life of the process. */
    String newName() {
        return PREFIX + nextNumber++;
    }

    boolean isEmpty() {
        return spares.isEmpty();
    }

    /** The length of the next spare file; there must be one. */
    long nextBytes() {
        return spares.getFirst().bytes;
    }

    /** One of the spare files, if there is one; others are made meanwhile. */
    @Nullable Spare take() {
        Spare spare = spares.pollFirst();
        refill();
        return spare;
    }

    /** How much room giving up all of them would make. */
    long bytes() {
        return spares.stream().mapToLong(Spare::bytes).sum();
    }

    /** Something that fails with a {@link DiskFullException} without having changed anything. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Does something that may need room which the disk has not: spare files are given up for it.
     */
    <T> T withRoom(Work<T> work) throws IOException {
        while (true) {
            try {
                return work.run();
            } catch (DiskFullException e) {
                if (spares.isEmpty()) {
                    throw e;
                }
                drop();
            }
        }
    }

    /** Whether a file of this length may come back: a short one would save too few commits. */
    boolean hasRoomFor(long bytes) {
        long most = limits.segmentFileBytes();
        return spares.size() < KEPT_FOR_EACH * limits.spareFiles()
                && bytes > most / 2
                && bytes <= most;
    }

    /** Takes in a file whose old name is gone for good. */
    void add(Spare spare) throws IOException {
        spares.addLast(spare);
        if (spares.size() > KEPT_FOR_EACH * limits.spareFiles()) {
            drop();
        }
    }

    /** Takes in a file that was found when the store was opened. */
    void found(String name, long bytes) throws IOException {
        long number = numberOf(name);
        nextNumber = Math.max(nextNumber, number + 1);
        if (number >= 0 && hasRoomFor(bytes)) {
            spares.addLast(new Spare(name, bytes));
            space.use(bytes);
        } else {
            disk.delete(name);
        }
    }

    /** Deletes a spare file to make room for others. */
    void drop() throws IOException {
        Spare spare = spares.removeFirst();
        disk.delete(spare.name);
        space.giveBack(spare.bytes);
    }

    /** Fills files in the background until there are enough, or no room. */
    void refill() {
        try {
            long bytes = limits.segmentFileBytes();
            if (filling
                    || spares.size() >= limits.spareFiles()
                    || latch.hasFallen()
                    || !space.allows(2 * bytes, SpaceBudget.Purpose.ORDINARY)) {
                return;
            }
            filling = true;
            space.use(bytes);
            String name = newName();
            disk.createZeroed(name, bytes, new Filled(name));
        } catch (IOException e) {
            latch.fall(e);
        }
    }

    private final class Filled implements IoCompletion {
        private final String name;

        Filled(String name) {
            this.name = name;
        }

        @Override
        public void done() {
            filling = false;
            spares.addLast(new Spare(name, limits.segmentFileBytes()));
            refill();
        }

        @Override
        public void failed(IOException cause) {
            // Spares only save time. Not tried again before one is taken.
            filling = false;
            space.giveBack(limits.segmentFileBytes());
            if (latch.hasFallen()) {
                return;
            }
            LOG.warn("Could not make a spare segment file: {}", cause.toString());
            try {
                disk.delete(name);
            } catch (IOException e) {
                latch.fall(e);
            }
        }
    }

    private static long numberOf(String name) {
        try {
            return Long.parseLong(name.substring(PREFIX.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
