package storage.dispersive.simulation.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The bytes of one file, as they read, and as they were when last synced. */
final class SimulatedContent {

    static final int SECTOR_BYTES = 512;

    private byte[] bytes = {};
    private int size;
    private int syncedSize;

    private final Map<Integer, Long> writtenNanos = new TreeMap<>();

    /** What was last synced, of those sectors that have changed since. */
    private Map<Integer, byte[]> synced = new TreeMap<>();

    /** The state of the unsynced sectors at one moment. */
    record Snapshot(int size, Map<Integer, byte[]> sectors) {}

    int size() {
        return size;
    }

    int read(ByteBuffer target, long offset) {
        int count = Math.clamp(size - offset, 0, target.remaining());
        if (count > 0) {
            target.put(bytes, (int) offset, count);
        }
        return count;
    }

    void write(ByteBuffer source, long offset, long nowNanos) {
        int from = Math.toIntExact(offset);
        int end = from + source.remaining();
        grow(end);
        for (int sector = from / SECTOR_BYTES; sector * SECTOR_BYTES < end; sector++) {
            synced.computeIfAbsent(sector, this::sector);
            writtenNanos.put(sector, nowNanos);
        }
        source.get(bytes, from, end - from);
        size = Math.max(size, end);
    }

    Snapshot snapshot() {
        Map<Integer, byte[]> now = new TreeMap<>();
        synced.keySet().forEach(sector -> now.put(sector, sector(sector)));
        return new Snapshot(size, now);
    }

    /** What stood there at the time of the snapshot has reached the disk. */
    void synced(Snapshot snapshot) {
        syncedSize = snapshot.size();
        snapshot.sectors()
                .forEach((sector, then) -> {
                    if (Arrays.equals(then, sector(sector))) {
                        synced.remove(sector);
                    } else {
                        synced.put(sector, then);
                    }
                });
    }

    /** Every unsynced sector keeps its old or its new content; so does the length. */
    void crash(RandomGenerator random) {
        if (random.nextBoolean()) {
            size = syncedSize;
            grow(size);
        }
        synced.forEach((sector, old) -> {
            if (random.nextBoolean()) {
                System.arraycopy(old, 0, bytes, sector * SECTOR_BYTES, SECTOR_BYTES);
            }
        });
        Arrays.fill(bytes, size, bytes.length, (byte) 0);
        syncedSize = size;
        synced = new TreeMap<>();
    }

    /** When the sector of a bit was last written. */
    long writtenNanos(long bit) {
        return writtenNanos.getOrDefault(Math.toIntExact(bit / 8) / SECTOR_BYTES, 0L);
    }

    /** Changes one bit for good, as rot does. */
    void flip(long bit) {
        int at = Math.toIntExact(bit / 8);
        bytes[at] ^= (byte) (1 << (bit % 8));
    }

    private byte[] sector(int sector) {
        return Arrays.copyOfRange(bytes, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    }

    private void grow(int end) {
        int needed = Math.ceilDiv(end, SECTOR_BYTES) * SECTOR_BYTES;
        if (needed > bytes.length) {
            int capacity = Math.ceilDiv(Math.max(needed, bytes.length * 2), 4096) * 4096;
            bytes = Arrays.copyOf(bytes, capacity);
        }
    }
}
