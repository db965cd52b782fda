package storage.dispersive.blockdevice.fuse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/**
 * A sparse disk in memory, or in a mapped file on tmpfs that outlives its process. Completes on the
 * caller's thread, and fails what a test asks it to fail.
 */
final class MemoryDisk implements VirtualDisk {

    private static final int CHUNK_BYTES = 1 << 20;

    private final AtomicReferenceArray<@Nullable MemorySegment> chunks;
    private final Optional<MemorySegment> file;
    private volatile long sizeBytes;
    private volatile boolean throwing;
    private volatile Optional<DiskError> readError = Optional.empty();
    private volatile Optional<DiskError> writeError = Optional.empty();

    /** May grow to the limit. */
    MemoryDisk(long sizeBytes, long limitBytes) {
        chunks = new AtomicReferenceArray<>((int) ((limitBytes + CHUNK_BYTES - 1) / CHUNK_BYTES));
        file = Optional.empty();
        this.sizeBytes = sizeBytes;
    }

    MemoryDisk(long sizeBytes) {
        this(sizeBytes, sizeBytes);
    }

    /** A disk whose content is a file's, through shared memory. */
    MemoryDisk(Path path, long sizeBytes) throws IOException {
        chunks = new AtomicReferenceArray<>(0);
        try (FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment mapped =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes, Arena.global());
            file = Optional.of(mapped);
        }
        this.sizeBytes = sizeBytes;
    }

    void growTo(long newSizeBytes) {
        sizeBytes = newSizeBytes;
    }

    void throwOnFlush() {
        throwing = true;
    }

    void failReads(Optional<DiskError> error) {
        readError = error;
    }

    void failWrites(Optional<DiskError> error) {
        writeError = error;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        if (fails(offset, destination.byteSize(), readError, completion)) {
            return;
        }
        eachPart(
                offset,
                destination.byteSize(),
                (at, from, length) -> {
                    MemorySegment chunk = chunk(at, false);
                    MemorySegment part = destination.asSlice(from, length);
                    if (chunk == null) {
                        part.fill((byte) 0);
                    } else {
                        part.copyFrom(chunk.asSlice(within(at), length));
                    }
                });
        completion.succeeded();
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        if (fails(offset, source.byteSize(), writeError, completion)) {
            return;
        }
        eachPart(
                offset,
                source.byteSize(),
                (at, from, length) -> {
                    MemorySegment chunk = chunk(at, true);
                    if (chunk != null) {
                        chunk.asSlice(within(at), length).copyFrom(source.asSlice(from, length));
                    }
                });
        completion.succeeded();
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        if (fails(offset, length, writeError, completion)) {
            return;
        }
        eachPart(
                offset,
                length,
                (at, from, part) -> {
                    MemorySegment chunk = chunk(at, false);
                    if (chunk != null) {
                        chunk.asSlice(within(at), part).fill((byte) 0);
                    }
                });
        completion.succeeded();
    }

    @Override
    public void flush(DiskCompletion completion) {
        if (throwing) {
            throw new OutOfMemoryError("as a test wants it");
        }
        completion.succeeded();
    }

    private boolean fails(
            long offset, long length, Optional<DiskError> error, DiskCompletion completion) {
        boolean invalid =
                offset < 0
                        || offset % SECTOR_BYTES != 0
                        || length % SECTOR_BYTES != 0
                        || length > sizeBytes - offset;
        if (invalid) {
            completion.failed(DiskError.INVALID);
            return true;
        }
        error.ifPresent(completion::failed);
        return error.isPresent();
    }

    private interface Part {
        void take(long at, long from, long length);
    }

    private void eachPart(long offset, long length, Part part) {
        long done = 0;
        while (done < length) {
            long at = offset + done;
            long size = Math.min(length - done, CHUNK_BYTES - within(at));
            part.take(at, done, size);
            done += size;
        }
    }

    private static long within(long offset) {
        return offset % CHUNK_BYTES;
    }

    private @Nullable MemorySegment chunk(long offset, boolean make) {
        if (file.isPresent()) {
            long start = offset - within(offset);
            return file.get().asSlice(start, Math.min(CHUNK_BYTES, sizeBytes - start));
        }
        int index = (int) (offset / CHUNK_BYTES);
        MemorySegment chunk = chunks.get(index);
        if (chunk == null && make) {
            MemorySegment fresh = Arena.ofAuto().allocate(CHUNK_BYTES);
            MemorySegment other = chunks.compareAndExchange(index, null, fresh);
            return other == null ? fresh : other;
        }
        return chunk;
    }
}
