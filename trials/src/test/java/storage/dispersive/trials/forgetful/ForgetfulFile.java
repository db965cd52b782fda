package storage.dispersive.trials.forgetful;

import java.io.IOException;
import java.nio.ByteBuffer;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.IoCompletion;

/** An open file of a {@link ForgetfulDisk}. */
final class ForgetfulFile implements DiskFile {

    private final DiskFile file;
    private final UnsyncedWrites unsynced;
    private final EventLoop loop;

    ForgetfulFile(DiskFile file, UnsyncedWrites unsynced, EventLoop loop) {
        this.file = file;
        this.unsynced = unsynced;
        this.loop = loop;
    }

    @Override
    public long sizeBytes() throws IOException {
        return unsynced.sizeBytes(file.sizeBytes());
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        int length = Math.clamp(sizeBytes() - offset, 0, target.remaining());
        ByteBuffer shown = target.slice(target.position(), length);
        file.read(shown, offset);
        while (shown.hasRemaining()) {
            shown.put((byte) 0);
        }
        unsynced.show(shown, offset);
        target.position(target.position() + length);
        return length;
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        unsynced.add(source, offset);
    }

    @Override
    public void sync(IoCompletion completion) {
        try {
            unsynced.moveTo(file);
        } catch (IOException e) {
            loop.execute(() -> completion.failed(e));
            return;
        }
        file.sync(completion);
    }

    @Override
    public void syncNow() throws IOException {
        unsynced.moveTo(file);
        file.syncNow();
    }

    @Override
    public void close() {
        file.close();
    }
}
