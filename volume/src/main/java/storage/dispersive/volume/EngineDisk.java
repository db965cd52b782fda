package storage.dispersive.volume;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.loop.EventLoop;

/**
 * An engine's disk: checks every request on the thread that it comes from, takes it to the loop,
 * and keeps it there until the engine serves.
 *
 * <p>What {@link VirtualDisk} has may be called from any thread, the rest on the loop's only.
 */
final class EngineDisk implements VirtualDisk {

    private volatile long sizeBytes;
    private final EventLoop loop;
    private final Deque<EarlyRequest> early = new ArrayDeque<>();
    private @Nullable SectorAccess sectors;
    private @Nullable DiskError ended;

    /** A request that came before the engine served. */
    private record EarlyRequest(Runnable start, DiskCompletion completion, long sinceNanos) {}

    EngineDisk(long sizeBytes, EventLoop loop) {
        this.sizeBytes = sizeBytes;
        this.loop = loop;
    }

    /** The engine serves: what came before is started, in the order of its coming. */
    void serve(SectorAccess access) {
        sectors = access;
        while (!early.isEmpty() && ended == null) {
            early.removeFirst().start.run();
        }
    }

    /** On the loop. */
    void grow(long bytes) {
        sizeBytes = bytes;
    }

    /** Fails what has waited longer than requests may for the engine to serve. */
    void failOverdue(long nowNanos, long mostNanos) {
        while (!early.isEmpty() && nowNanos - early.getFirst().sinceNanos > mostNanos) {
            early.removeFirst().completion.failed(DiskError.IO);
        }
    }

    /** Fails what waits for the engine to serve, and all that comes after. */
    void end(DiskError error) {
        ended = error;
        early.forEach(request -> request.completion.failed(error));
        early.clear();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        if (isSound(offset, destination.byteSize(), MAX_TRANSFER_BYTES, completion)) {
            submit(() -> serving().read(offset, destination, completion), completion);
        }
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        if (isSound(offset, source.byteSize(), MAX_TRANSFER_BYTES, completion)) {
            submit(() -> serving().write(offset, source, completion), completion);
        }
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        if (isSound(offset, length, sizeBytes, completion)) {
            submit(() -> serving().zero(offset, length, completion), completion);
        }
    }

    @Override
    public void flush(DiskCompletion completion) {
        // What was completed is durable; only a disk that has ended says otherwise.
        submit(completion::succeeded, completion);
    }

    private SectorAccess serving() {
        if (sectors == null) {
            throw new IllegalStateException("the engine does not serve");
        }
        return sectors;
    }

    private boolean isSound(long offset, long length, long mostBytes, DiskCompletion completion) {
        if (offset < 0
                || length < 0
                || length > mostBytes
                || offset > sizeBytes - length
                || offset % SECTOR_BYTES != 0
                || length % SECTOR_BYTES != 0) {
            completion.failed(DiskError.INVALID);
            return false;
        }
        if (length == 0) {
            completion.succeeded();
            return false;
        }
        return true;
    }

    private void submit(Runnable start, DiskCompletion completion) {
        loop.execute(() -> {
            if (ended != null) {
                completion.failed(ended);
            } else if (sectors == null) {
                early.addLast(new EarlyRequest(start, completion, loop.nanoTime()));
            } else {
                start.run();
            }
        });
    }
}
