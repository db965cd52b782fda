package storage.dispersive.pod.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file of a {@link FileDisk}. */
final class ChannelFile implements DiskFile {

    private final FileChannel channel;
    private final FileDisk disk;

    ChannelFile(FileChannel channel, FileDisk disk) {
        this.channel = channel;
        this.disk = disk;
    }

    @Override
    public long sizeBytes() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        int before = target.position();
        while (target.hasRemaining()) {
            int count = channel.read(target, offset + target.position() - before);
            if (count < 0) {
                break;
            }
        }
        return target.position() - before;
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        try {
            writeFully(channel, source, offset);
        } catch (IOException e) {
            throw named(e);
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer source, long offset) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    @Override
    public void sync(IoCompletion completion) {
        disk.flush(() -> channel.force(false), completion);
    }

    @Override
    public void syncNow() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a full disk its name; Java tells it only by the message of the C library. */
    static IOException named(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean isFull =
                message.contains("No space left on device")
                        || message.contains("Disk quota exceeded");
        if (!isFull) {
            return e;
        }
        DiskFullException full = new DiskFullException(message);
        full.initCause(e);
        return full;
    }
}
