package storage.dispersive.engine.host;

import java.lang.foreign.MemorySegment;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/** The disk of a volume that has no engine any more: every request fails. */
record EndedDisk(long sizeBytes, DiskError error) implements VirtualDisk {

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        completion.failed(error);
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        completion.failed(error);
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        completion.failed(error);
    }

    @Override
    public void flush(DiskCompletion completion) {
        completion.failed(error);
    }
}
