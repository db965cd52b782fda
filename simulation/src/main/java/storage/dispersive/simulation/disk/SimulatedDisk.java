package storage.dispersive.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.pod.disk.DiskLockedException;
import storage.dispersive.pod.disk.IoCompletion;

/**
 * A disk in memory, driven by a simulation's loop and seed; single-threaded. What is not synced is
 * in doubt after {@link #crash}: each sector, each file's length and each change of a name by
 * itself. The disk survives a crash; whoever used it before does not, and gets a {@link
 * SimulatedCrash} from everything it still tries.
 */
public final class SimulatedDisk implements Disk {

    private final EventLoop loop;
    private final RandomGenerator random;
    private final SimulatedDirectory directory = new SimulatedDirectory();
    private final DiskFaults faults = new DiskFaults();
    private long capacityBytes;
    private int maxDelayMillis = 5;
    private long life;
    private long claimedInLife = -1;
    private long operations;
    private long stopAtOperation = Long.MAX_VALUE;

    public SimulatedDisk(EventLoop loop, RandomGenerator random, long capacityBytes) {
        this.loop = loop;
        this.random = random;
        this.capacityBytes = capacityBytes;
    }

    /** Syncs take from 0 to so long. */
    public void setMaxDelayMillis(int millis) {
        maxDelayMillis = millis;
    }

    public void setCapacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    public DiskFaults faults() {
        return faults;
    }

    /** Operations so far, of all kinds. */
    public long operations() {
        return operations;
    }

    /** The disk stops before the operation after {@code more} others; {@link #crash} starts it. */
    public void stopAfter(long more) {
        stopAtOperation = operations + more;
    }

    public boolean isStopped() {
        return operations >= stopAtOperation;
    }

    /** Power is lost and comes back. */
    public void crash(RandomGenerator dice) {
        directory.crash(dice);
        directory.files().values().stream().distinct().forEach(file -> file.crash(dice));
        life++;
        stopAtOperation = Long.MAX_VALUE;
    }

    /** The process dies and the machine lives: nothing is lost, nothing under way ends. */
    public void kill() {
        life++;
        stopAtOperation = Long.MAX_VALUE;
    }

    /** Flips one bit of a file. */
    public void flip(String name, long bit) throws IOException {
        directory.open(name).flip(bit);
    }

    /** When the sector that holds a bit of a file was last written. */
    public long writtenNanos(String name, long bit) throws IOException {
        return directory.open(name).writtenNanos(bit);
    }

    public long sizeBytes(String name) throws IOException {
        return directory.open(name).size();
    }

    @Override
    public void claim() throws IOException {
        operation(life);
        if (claimedInLife == life) {
            throw new DiskLockedException("simulated disk");
        }
        claimedInLife = life;
    }

    @Override
    public List<String> list() {
        operation(life);
        return List.copyOf(directory.files().keySet());
    }

    @Override
    public DiskFile create(String name) throws IOException {
        operation(life);
        faults.beforeWrite();
        return new SimulatedFile(directory.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        operation(life);
        return new SimulatedFile(directory.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        operation(life);
        faults.beforeWrite();
        directory.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        operation(life);
        faults.beforeWrite();
        directory.delete(name);
    }

    @Override
    public void createZeroed(String name, long sizeBytes, IoCompletion completion) {
        operation(life);
        later(
                () -> {
                    SimulatedFile file = new SimulatedFile(directory.create(name));
                    file.write(ByteBuffer.allocate(Math.toIntExact(sizeBytes)), 0);
                    file.syncNow();
                },
                completion);
    }

    @Override
    public void syncDirectory(IoCompletion completion) {
        operation(life);
        long changes = directory.changes();
        later(
                () -> {
                    faults.beforeSync();
                    directory.synced(changes);
                },
                completion);
    }

    @Override
    public void syncDirectoryNow() throws IOException {
        operation(life);
        faults.beforeSync();
        directory.synced(directory.changes());
    }

    @Override
    public long freeBytes() {
        return capacityBytes - usedBytes();
    }

    @Override
    public void close() {
        claimedInLife = -1;
    }

    /** What all files take. */
    public long usedBytes() {
        return directory.files().values().stream().mapToLong(SimulatedContent::size).sum();
    }

    private void operation(long ofLife) {
        if (ofLife != life || isStopped()) {
            throw new SimulatedCrash("this disk belongs to another life");
        }
        operations++;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void later(Work work, IoCompletion completion) {
        long ofLife = life;
        loop.schedule(
                random.nextInt(maxDelayMillis + 1),
                () -> {
                    if (ofLife != life || isStopped()) {
                        return;
                    }
                    try {
                        work.run();
                    } catch (IOException e) {
                        completion.failed(e);
                        return;
                    }
                    completion.done();
                });
    }

    private final class SimulatedFile implements DiskFile {
        private final SimulatedContent content;
        private final long ofLife = life;

        SimulatedFile(SimulatedContent content) {
            this.content = content;
        }

        @Override
        public long sizeBytes() {
            operation(ofLife);
            return content.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            operation(ofLife);
            faults.beforeRead();
            return content.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            operation(ofLife);
            faults.beforeWrite();
            long room = capacityBytes - usedBytes();
            long growth = Math.max(0, offset + source.remaining() - content.size());
            if (growth > Math.max(0, room)) {
                int part = Math.clamp(source.remaining() - (growth - room), 0, 1 << 30);
                content.write(source.slice(source.position(), part), offset, loop.nanoTime());
                throw new DiskFullException("simulated disk of " + capacityBytes + " bytes");
            }
            content.write(source, offset, loop.nanoTime());
        }

        @Override
        public void sync(IoCompletion completion) {
            operation(ofLife);
            SimulatedContent.Snapshot snapshot = content.snapshot();
            later(
                    () -> {
                        faults.beforeSync();
                        content.synced(snapshot);
                    },
                    completion);
        }

        @Override
        public void syncNow() throws IOException {
            operation(ofLife);
            faults.beforeSync();
            content.synced(content.snapshot());
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }
}
