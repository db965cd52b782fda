package storage.dispersive.engine.host;

import java.util.concurrent.atomic.AtomicLong;
import storage.dispersive.volume.map.MapBudget;

/**
 * The part of the heap that the maps of all volumes may have together, so that one that grows
 * leaves room for the others: a map may have {@value #PARTS} times what is left (dynamic
 * thresholds: Choudhury and Hahne, 1998). A map that may not grow refuses writes as no space.
 * Thread contract: any thread; a share on its volume's loop.
 */
final class MapRoom {

    /** So one map alone may have four fifths of all. */
    private static final int PARTS = 4;

    private final long mostBytes;
    private final AtomicLong used = new AtomicLong();

    MapRoom(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    long mostBytes() {
        return mostBytes;
    }

    long usedBytes() {
        return used.get();
    }

    Share share() {
        return new Share();
    }

    /** Of one volume. */
    final class Share implements MapBudget, AutoCloseable {

        private final AtomicLong mine = new AtomicLong();

        @Override
        public boolean mayGrow(long bytes) {
            long left = mostBytes - used.addAndGet(bytes - mine.getAndSet(bytes));
            return bytes < PARTS * left;
        }

        /** The volume has ended, and its map with it. */
        @Override
        public void close() {
            used.addAndGet(-mine.getAndSet(0));
        }
    }
}
