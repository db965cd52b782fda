package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.VirtualDisk;

/** Does everything a little later and on another thread, as a disk over a network does. */
final class LateDisk implements VirtualDisk {

    private static final int DELAY_MICROS = 1_500;

    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("late-disk").factory());
    private final VirtualDisk disk;

    LateDisk(VirtualDisk disk) {
        this.disk = disk;
    }

    private void later(Runnable action) {
        var _ = later.schedule(action, DELAY_MICROS, TimeUnit.MICROSECONDS);
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        later(() -> disk.read(offset, destination, completion));
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        later(() -> disk.write(offset, source, completion));
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        later(() -> disk.zero(offset, length, completion));
    }

    @Override
    public void flush(DiskCompletion completion) {
        later(() -> disk.flush(completion));
    }
}
