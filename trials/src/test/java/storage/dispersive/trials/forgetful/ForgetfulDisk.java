package storage.dispersive.trials.forgetful;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.FileDisk;
import storage.dispersive.pod.disk.IoCompletion;

/**
 * A directory of the operating system, where what was written to a file stays in this process until
 * it is synced, so that SIGKILL loses it. What is done to the directory itself is not lost: the
 * simulated disk tries that. Used on the loop's thread only.
 */
public final class ForgetfulDisk implements Disk {

    private final FileDisk disk;
    private final EventLoop loop;
    private final SyncForgery forgery = ForgetfulPodAgent.forgery();
    private final Map<String, UnsyncedWrites> unsynced = new HashMap<>();

    public ForgetfulDisk(Path directory, EventLoop loop) {
        this.disk = new FileDisk(directory, loop);
        this.loop = loop;
        System.err.println("forgetting what is not synced in " + directory);
    }

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
        return forgetful(name, disk.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return forgetful(name, disk.open(name));
    }

    private DiskFile forgetful(String name, DiskFile file) {
        UnsyncedWrites writes = unsynced.computeIfAbsent(name, _ -> new UnsyncedWrites(forgery));
        return new ForgetfulFile(file, writes, loop);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
        UnsyncedWrites writes = unsynced.remove(from);
        unsynced.put(to, writes == null ? new UnsyncedWrites(forgery) : writes);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
        unsynced.remove(name);
    }

    @Override
    public void createZeroed(String name, long sizeBytes, IoCompletion completion) {
        disk.createZeroed(name, sizeBytes, completion);
    }

    @Override
    public void syncDirectory(IoCompletion completion) {
        disk.syncDirectory(completion);
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
}
