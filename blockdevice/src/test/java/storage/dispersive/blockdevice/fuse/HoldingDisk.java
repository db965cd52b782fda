package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.VirtualDisk;

/** Completes reads when the test says so, like a disk whose pods do not answer. */
final class HoldingDisk implements VirtualDisk {

    private final BlockingQueue<DiskCompletion> held = new LinkedBlockingQueue<>();
    private final long sizeBytes;

    HoldingDisk(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    void awaitRead() throws InterruptedException {
        DiskCompletion completion = held.poll(10, TimeUnit.SECONDS);
        if (completion == null) {
            throw new AssertionError("no read came in 10 s");
        }
        held.add(completion);
    }

    void release() {
        held.forEach(DiskCompletion::succeeded);
        held.clear();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        held.add(completion);
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        completion.succeeded();
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        completion.succeeded();
    }

    @Override
    public void flush(DiskCompletion completion) {
        completion.succeeded();
    }
}
