package storage.dispersive.volume;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.volume.log.LogWriter;
import storage.dispersive.volume.read.BlockReader;

/**
 * Requests that are aligned to sectors, over blocks. A write to part of a block reads the block
 * after all that was written before is committed, and writes it whole; meanwhile writes that touch
 * the block wait, so that each is atomic with regard to the others. Used on the loop's thread only.
 */
final class SectorAccess {

    private static final int BLOCK = VirtualDisk.BLOCK_BYTES;

    private final BlockReader reader;
    private final LogWriter writer;
    private final Map<Long, Deque<Runnable>> locked = new HashMap<>();

    SectorAccess(BlockReader reader, LogWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    void read(long offset, MemorySegment destination, DiskCompletion completion) {
        long length = destination.byteSize();
        if (offset % BLOCK == 0 && length % BLOCK == 0) {
            reader.read(offset / BLOCK, destination, completion);
            return;
        }
        long first = offset / BLOCK;
        long last = (offset + length - 1) / BLOCK;
        MemorySegment whole = Arena.ofAuto().allocate((last - first + 1) * BLOCK);
        reader.read(
                first,
                whole,
                new Then(
                        completion,
                        () -> {
                            MemorySegment part = whole.asSlice(offset - first * BLOCK, length);
                            destination.copyFrom(part);
                            completion.succeeded();
                        }));
    }

    void write(long offset, MemorySegment source, DiskCompletion completion) {
        split(new Span(offset, source.byteSize()), source, completion);
    }

    void zero(long offset, long length, DiskCompletion completion) {
        split(new Span(offset, length), MemorySegment.NULL, completion);
    }

    /** A range of bytes of the disk. */
    private record Span(long offset, long length) {
        long end() {
            return offset + length;
        }
    }

    /** Whole blocks go to the log; parts of blocks at either end are read, changed and written. */
    private void split(Span span, MemorySegment source, DiskCompletion completion) {
        long firstWhole = Math.ceilDiv(span.offset, BLOCK);
        long endWhole = span.end() / BLOCK;
        if (firstWhole * BLOCK == span.offset && endWhole * BLOCK == span.end()) {
            whole(firstWhole, endWhole, source, completion);
            return;
        }
        if (endWhole < firstWhole) {
            part(span, source, completion);
            return;
        }
        Span head = new Span(span.offset, firstWhole * BLOCK - span.offset);
        Span tail = new Span(endWhole * BLOCK, span.end() - endWhole * BLOCK);
        All all = new All(completion, 1);
        if (head.length > 0) {
            all.expect();
            part(head, slice(source, 0, head.length), all);
        }
        if (endWhole > firstWhole) {
            all.expect();
            long bytes = (endWhole - firstWhole) * BLOCK;
            whole(firstWhole, endWhole, slice(source, head.length, bytes), all);
        }
        if (tail.length > 0) {
            all.expect();
            part(tail, slice(source, tail.offset - span.offset, tail.length), all);
        }
        all.succeeded();
    }

    private void whole(long first, long end, MemorySegment source, DiskCompletion completion) {
        if (!locked.isEmpty()) {
            for (long block : locked.keySet()) {
                if (block >= first && block < end) {
                    queueBehind(block, () -> whole(first, end, source, completion));
                    return;
                }
            }
        }
        if (source.byteSize() > 0) {
            writer.write(first, source, completion);
        } else {
            writer.zero(first, end - first, completion);
        }
    }

    private void part(Span span, MemorySegment source, DiskCompletion completion) {
        long block = span.offset / BLOCK;
        if (locked.containsKey(block)) {
            queueBehind(block, () -> part(span, source, completion));
            return;
        }
        locked.put(block, new ArrayDeque<>());
        MemorySegment whole = Arena.ofAuto().allocate(BLOCK);
        Runnable change =
                () -> {
                    MemorySegment target = whole.asSlice(span.offset % BLOCK, span.length);
                    if (source.byteSize() > 0) {
                        target.copyFrom(source);
                    } else {
                        target.fill((byte) 0);
                    }
                    writer.write(block, whole, completion);
                    unlock(block);
                };
        Consumer<DiskError> giveUp =
                error -> {
                    completion.failed(error);
                    unlock(block);
                };
        Then changeIt = new Then(change, giveUp);
        writer.afterAllBefore(new Then(() -> reader.read(block, whole, changeIt), giveUp));
    }

    private void queueBehind(long block, Runnable request) {
        Deque<Runnable> waiting = locked.get(block);
        if (waiting != null) {
            waiting.addLast(request);
        }
    }

    private void unlock(long block) {
        Deque<Runnable> waiting = locked.remove(block);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
    }

    private static MemorySegment slice(MemorySegment source, long offset, long length) {
        return source.byteSize() == 0 ? source : source.asSlice(offset, length);
    }

    /** Goes on after a success, or tells of the failure. */
    private record Then(Runnable next, Consumer<DiskError> otherwise) implements DiskCompletion {

        Then(DiskCompletion completion, Runnable next) {
            this(next, completion::failed);
        }

        @Override
        public void succeeded() {
            next.run();
        }

        @Override
        public void failed(DiskError error) {
            otherwise.accept(error);
        }
    }

    /** Completes when all of its parts have, with the first error if there was one. */
    private static final class All implements DiskCompletion {
        private final DiskCompletion completion;
        private int remaining;
        private boolean failed;
        private DiskError error = DiskError.IO;

        All(DiskCompletion completion, int parts) {
            this.completion = completion;
            this.remaining = parts;
        }

        void expect() {
            remaining++;
        }

        @Override
        public void succeeded() {
            ended();
        }

        @Override
        public void failed(DiskError cause) {
            if (!failed) {
                failed = true;
                error = cause;
            }
            ended();
        }

        private void ended() {
            remaining--;
            if (remaining > 0) {
                return;
            }
            if (failed) {
                completion.failed(error);
            } else {
                completion.succeeded();
            }
        }
    }
}
