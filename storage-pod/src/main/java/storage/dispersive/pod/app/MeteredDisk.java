package storage.dispersive.pod.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.IoCompletion;

/** A disk whose syncs are counted and timed. */
record MeteredDisk(Disk disk, StoreMeters meters, LongSupplier nanoTime) implements Disk {

    @Override
    public void claim() throws IOException {
        disk.claim();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new MeteredFile(disk.create(name), this);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new MeteredFile(disk.open(name), this);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void createZeroed(String name, long sizeBytes, IoCompletion completion) {
        disk.createZeroed(name, sizeBytes, completion);
    }

    @Override
    public void syncDirectory(IoCompletion completion) {
        disk.syncDirectory(timed(completion));
    }

    @Override
    public void syncDirectoryNow() throws IOException {
        disk.syncDirectoryNow();
    }

    @Override
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    @Override
    public void close() {
        disk.close();
    }

    private IoCompletion timed(IoCompletion completion) {
        long started = nanoTime.getAsLong();
        return new IoCompletion() {
            @Override
            public void done() {
                meters.synced(nanoTime.getAsLong() - started);
                completion.done();
            }

            @Override
            public void failed(IOException cause) {
                meters.syncFailed();
                completion.failed(cause);
            }
        };
    }

    private record MeteredFile(DiskFile file, MeteredDisk disk) implements DiskFile {

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            file.write(source, offset);
        }

        @Override
        public void sync(IoCompletion completion) {
            file.sync(disk.timed(completion));
        }

        @Override
        public void syncNow() throws IOException {
            file.syncNow();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
