package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.IoCompletion;

/**
 * Files whose blocks are allocated and were written before: overwriting them commits faster than
 * appending to a fresh file. They are filled with zeros once, one at a time in the background, and
 * deleted segments come back here. {@link StoreLimits#spareFiles} are made; as many again may come
 * back, since to keep one is cheaper than to delete it and make another.
 */
final class SparePool {

    static final String PREFIX = "spare-";
    private static final Logger LOG = LoggerFactory.getLogger(SparePool.class);

    private final Disk disk;
    private final StoreLimits limits;
    private final SpaceBudget space;
    private final StoreLatch latch;
    private final Deque<String> names = new ArrayDeque<>();
    private long nextNumber;
    private boolean filling;

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
        return names.isEmpty();
    }

    /** One of the spare files; there must be one. */
    String take() {
        String name = names.removeFirst();
        refill();
        return name;
    }

    /** Whether a file may come back. */
    boolean hasRoom() {
        return names.size() < 2 * limits.spareFiles();
    }

    /** Takes in a file of the right size whose old name is gone for good. */
    void add(String name) throws IOException {
        names.addLast(name);
        if (names.size() > 2 * limits.spareFiles()) {
            drop();
        }
    }

    /** Takes in a file that was found when the store was opened. */
    void found(String name, long sizeBytes) throws IOException {
        long number = numberOf(name);
        nextNumber = Math.max(nextNumber, number + 1);
        if (hasRoom() && number >= 0 && sizeBytes == limits.segmentFileBytes()) {
            names.addLast(name);
            space.use(sizeBytes);
        } else {
            disk.delete(name);
        }
    }

    /** Deletes a spare file to make room for others. */
    void drop() throws IOException {
        disk.delete(names.removeFirst());
        space.giveBack(limits.segmentFileBytes());
    }

    /** Fills files in the background until there are enough, or no room. */
    void refill() {
        try {
            long bytes = limits.segmentFileBytes();
            if (filling
                    || names.size() >= limits.spareFiles()
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
            names.addLast(name);
            refill();
        }

        @Override
        public void failed(IOException cause) {
            // Spares only save time. Not tried again before one is taken.
            filling = false;
            space.giveBack(limits.segmentFileBytes());
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
