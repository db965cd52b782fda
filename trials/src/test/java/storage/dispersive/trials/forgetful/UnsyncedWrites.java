package storage.dispersive.trials.forgetful;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.pod.disk.DiskFile;

/** What was written to one file and not synced yet, in the order of its writing. */
final class UnsyncedWrites {

    private final List<Write> writes = new ArrayList<>();
    private final SyncForgery forgery;

    UnsyncedWrites(SyncForgery forgery) {
        this.forgery = forgery;
    }

    private record Write(long offset, ByteBuffer bytes) {

        long end() {
            return offset + bytes.limit();
        }
    }

    void add(ByteBuffer source, long offset) {
        ByteBuffer copy = ByteBuffer.allocate(source.remaining());
        writes.add(new Write(offset, copy.put(source).flip()));
    }

    /** Where the file ends that would end at {@code syncedBytes} without them. */
    long sizeBytes(long syncedBytes) {
        return writes.stream().mapToLong(Write::end).reduce(syncedBytes, Math::max);
    }

    /** Puts over {@code target}, all of which shows the file from {@code offset} on. */
    void show(ByteBuffer target, long offset) {
        for (Write write : writes) {
            long from = Math.max(offset, write.offset());
            long to = Math.min(offset + target.limit(), write.end());
            if (from < to) {
                int length = (int) (to - from);
                target.put(
                        (int) (from - offset),
                        write.bytes(),
                        (int) (from - write.offset()),
                        length);
            }
        }
    }

    /** Gives them to the file that outlives the process. */
    void moveTo(DiskFile file) throws IOException {
        if (forgery.goesOn()) {
            return;
        }
        for (Write write : writes) {
            file.write(write.bytes().duplicate(), write.offset());
        }
        writes.clear();
    }
}
