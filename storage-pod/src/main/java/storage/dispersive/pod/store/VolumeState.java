package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.pod.disk.IoCompletion;
import storage.dispersive.portion.VolumeId;

/**
 * The record of a volume, in memory ahead of its file: a change counts at once and is durable when
 * its completion says so. The file is replaced as a whole, one replacement at a time.
 */
final class VolumeState {

    static final String SUFFIX = ".volume";
    static final String NEW_SUFFIX = ".new";

    private final Environment environment;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private VolumeRecord record;
    private long version;
    private long durableVersion;
    private boolean replacing;
    private boolean onDisk;

    private record Waiter(long version, IoCompletion completion) {}

    private VolumeState(Environment environment, VolumeRecord record) {
        this.environment = environment;
        this.record = record;
    }

    /** A record that was read from its file. */
    static VolumeState read(Environment environment, VolumeRecord record) {
        VolumeState state = new VolumeState(environment, record);
        state.onDisk = true;
        return state;
    }

    /** A record that has no file yet. */
    static VolumeState create(Environment environment, VolumeRecord record) {
        VolumeState state = new VolumeState(environment, record);
        state.version = 1;
        return state;
    }

    static String fileName(VolumeId volume) {
        return volume + SUFFIX;
    }

    VolumeRecord record() {
        return record;
    }

    /** Whether a file with some version of the record is there, durably. */
    boolean isOnDisk() {
        return onDisk;
    }

    void change(VolumeRecord next, IoCompletion completion) {
        record = next;
        version++;
        awaitDurable(completion);
    }

    /** A change that is never made durable; only for a rule that is switched off. */
    void changeInMemory(VolumeRecord next) {
        record = next;
    }

    /** Calls back when the record as it is now is durable. */
    void awaitDurable(IoCompletion completion) {
        if (durableVersion == version) {
            completion.done();
            return;
        }
        waiters.addLast(new Waiter(version, completion));
        replace();
    }

    void fail(IOException cause) {
        while (!waiters.isEmpty()) {
            waiters.removeFirst().completion.failed(cause);
        }
    }

    private void replace() {
        if (replacing || waiters.isEmpty() || environment.latch().hasFallen()) {
            return;
        }
        replacing = true;
        long through = version;
        Disk disk = environment.disk();
        String name = fileName(record.id());
        String newName = name + NEW_SUFFIX;
        try {
            DiskFile file = environment.spares().withRoom(() -> write(newName));
            file.sync(
                    then(() -> {
                        file.close();
                        disk.rename(newName, name);
                        disk.syncDirectory(then(() -> finish(through)));
                    }));
        } catch (DiskFullException e) {
            // Nothing has happened to the old file; whoever asks again tries again.
            replacing = false;
            fail(e);
        } catch (IOException e) {
            environment.latch().fall(e);
        }
    }

    private DiskFile write(String newName) throws IOException {
        environment.disk().delete(newName);
        DiskFile file = environment.disk().create(newName);
        boolean written = false;
        try {
            file.write(record.encode().nioBuffer(), 0);
            written = true;
            return file;
        } finally {
            if (!written) {
                file.close();
            }
        }
    }

    private void finish(long through) {
        replacing = false;
        durableVersion = through;
        onDisk = true;
        while (!waiters.isEmpty() && waiters.getFirst().version <= through) {
            waiters.removeFirst().completion.done();
        }
        replace();
    }

    private interface Step {
        void run() throws IOException;
    }

    private IoCompletion then(Step next) {
        return new IoCompletion() {
            @Override
            public void done() {
                if (environment.latch().hasFallen()) {
                    return;
                }
                try {
                    next.run();
                } catch (IOException e) {
                    environment.latch().fall(e);
                }
            }

            @Override
            public void failed(IOException cause) {
                environment.latch().fall(cause);
            }
        };
    }
}
