package storage.dispersive.cli.exercise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/** A disk in memory that can be made wrong. It answers before the call returns; one thread. */
final class FaultyDisk implements VirtualDisk {

    private final MemorySegment bytes;
    private final Map<Long, byte[]> before = new HashMap<>();
    private Function<Long, Fate> fates = _ -> Fate.DONE;
    private Optional<DiskError> readError = Optional.empty();
    private long writes;

    /** What becomes of one write. */
    enum Fate {
        DONE,
        /** It is acknowledged and not there. */
        FORGOTTEN,
        /** It is acknowledged and somewhere else. */
        MISDIRECTED,
        FAILED,
        /** As a write may whose answer was late. */
        FAILED_AND_DONE,
        NO_SPACE
    }

    FaultyDisk(long blocks) {
        bytes = Arena.ofAuto().allocate(blocks * BLOCK_BYTES, BLOCK_BYTES);
    }

    /** From now on writes end as this says, by their number from 1 on. */
    void decide(Function<Long, Fate> decision) {
        fates = decision;
    }

    void failReads(DiskError error) {
        readError = Optional.of(error);
    }

    long writes() {
        return writes;
    }

    void lose(long offset) {
        block(offset).fill((byte) 0);
    }

    void revert(long offset) {
        byte[] old = before.get(offset);
        if (old == null) {
            throw new AssertionError("block at " + offset + " was written once");
        }
        block(offset).copyFrom(MemorySegment.ofArray(old));
    }

    void swap(long offset, long other) {
        byte[] here = content(offset);
        block(offset).copyFrom(block(other));
        block(other).copyFrom(MemorySegment.ofArray(here));
    }

    void flipBit(long offset, int at) {
        byte old = block(offset).get(JAVA_BYTE, at);
        block(offset).set(JAVA_BYTE, at, (byte) (old ^ 4));
    }

    private MemorySegment block(long offset) {
        return bytes.asSlice(offset, BLOCK_BYTES);
    }

    private byte[] content(long offset) {
        return block(offset).toArray(JAVA_BYTE);
    }

    @Override
    public long sizeBytes() {
        return bytes.byteSize();
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        if (readError.isPresent()) {
            completion.failed(readError.get());
            return;
        }
        destination.copyFrom(bytes.asSlice(offset, destination.byteSize()));
        completion.succeeded();
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        switch (fates.apply(++writes)) {
            case DONE -> {
                store(offset, source);
                completion.succeeded();
            }
            case FORGOTTEN -> completion.succeeded();
            case MISDIRECTED -> {
                store((offset + source.byteSize()) % sizeBytes(), source.asSlice(0, BLOCK_BYTES));
                completion.succeeded();
            }
            case FAILED -> completion.failed(DiskError.IO);
            case FAILED_AND_DONE -> {
                store(offset, source);
                completion.failed(DiskError.IO);
            }
            case NO_SPACE -> completion.failed(DiskError.NO_SPACE);
        }
    }

    private void store(long offset, MemorySegment source) {
        for (long at = 0; at < source.byteSize(); at += BLOCK_BYTES) {
            before.put(offset + at, content(offset + at));
        }
        bytes.asSlice(offset, source.byteSize()).copyFrom(source);
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flush(DiskCompletion completion) {
        throw new UnsupportedOperationException();
    }
}
