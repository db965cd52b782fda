package storage.dispersive.mounter.local;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/** A disk in memory that keeps what is not zero, fails reads or answers nothing as a test likes. */
public final class SparseDisk implements VirtualDisk {

    private static final int CHUNK_BYTES = 1 << 16;

    /** How the disk behaves. */
    enum Mood {
        WELL,
        FAILS_READS,
        HANGS,
        HANGS_WRITES
    }

    private final Map<Long, MemorySegment> chunks = new HashMap<>();
    private final List<Runnable> hanging = new ArrayList<>();
    private long sizeBytes;
    private long writtenBytes;
    private long failsFrom = Long.MAX_VALUE;
    private Mood mood = Mood.WELL;

    public SparseDisk(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    public synchronized void growTo(long newSizeBytes) {
        sizeBytes = newSizeBytes;
    }

    synchronized void be(Mood next) {
        mood = next;
        if (next == Mood.WELL) {
            List<Runnable> waiting = List.copyOf(hanging);
            hanging.clear();
            waiting.forEach(Runnable::run);
        }
    }

    /** Reads that reach this offset or more fail. */
    synchronized void failReadsFrom(long offset) {
        failsFrom = offset;
    }

    /** Of writes, not of zeroing. */
    synchronized long writtenBytes() {
        return writtenBytes;
    }

    /** Writes as if through the device. */
    synchronized void put(long offset, byte[] bytes) {
        copy(offset, MemorySegment.ofArray(bytes), true);
    }

    /** Makes another disk of the same content. */
    synchronized void copyTo(SparseDisk other) {
        chunks.forEach((index, chunk) ->
                other.put(
                        index * CHUNK_BYTES,
                        chunk.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
    }

    /** Forgets everything. */
    synchronized void wipe() {
        chunks.clear();
    }

    @Override
    public synchronized long sizeBytes() {
        return sizeBytes;
    }

    private void copy(long offset, MemorySegment memory, boolean isWrite) {
        long done = 0;
        while (done < memory.byteSize()) {
            long at = offset + done;
            long within = at % CHUNK_BYTES;
            long length = Math.min(memory.byteSize() - done, CHUNK_BYTES - within);
            MemorySegment part = memory.asSlice(done, length);
            MemorySegment chunk = chunks.get(at / CHUNK_BYTES);
            if (isWrite) {
                if (chunk == null) {
                    chunk = Arena.ofAuto().allocate(CHUNK_BYTES);
                    chunks.put(at / CHUNK_BYTES, chunk);
                }
                chunk.asSlice(within, length).copyFrom(part);
            } else if (chunk == null) {
                part.fill((byte) 0);
            } else {
                part.copyFrom(chunk.asSlice(within, length));
            }
            done += length;
        }
    }

    private boolean waits(Runnable again, Mood... moods) {
        boolean waits = List.of(moods).contains(mood);
        if (waits) {
            hanging.add(again);
        }
        return waits;
    }

    @Override
    public synchronized void read(long offset, MemorySegment destination, DiskCompletion done) {
        if (waits(() -> read(offset, destination, done), Mood.HANGS)) {
            return;
        }
        if (mood == Mood.FAILS_READS || offset + destination.byteSize() > failsFrom) {
            done.failed(DiskError.IO);
            return;
        }
        copy(offset, destination, false);
        done.succeeded();
    }

    @Override
    public synchronized void write(long offset, MemorySegment source, DiskCompletion done) {
        if (waits(() -> write(offset, source, done), Mood.HANGS, Mood.HANGS_WRITES)) {
            return;
        }
        writtenBytes += source.byteSize();
        copy(offset, source, true);
        done.succeeded();
    }

    @Override
    public synchronized void zero(long offset, long length, DiskCompletion done) {
        if (waits(() -> zero(offset, length, done), Mood.HANGS, Mood.HANGS_WRITES)) {
            return;
        }
        long first = offset / CHUNK_BYTES;
        long last = (offset + length - 1) / CHUNK_BYTES;
        chunks.entrySet()
                .removeIf(entry -> {
                    long start = entry.getKey() * CHUNK_BYTES;
                    if (entry.getKey() < first || entry.getKey() > last) {
                        return false;
                    }
                    long from = Math.max(offset, start);
                    long to = Math.min(offset + length, start + CHUNK_BYTES);
                    entry.getValue().asSlice(from - start, to - from).fill((byte) 0);
                    return to - from == CHUNK_BYTES;
                });
        done.succeeded();
    }

    @Override
    public synchronized void flush(DiskCompletion done) {
        if (!waits(() -> flush(done), Mood.HANGS, Mood.HANGS_WRITES)) {
            done.succeeded();
        }
    }
}
