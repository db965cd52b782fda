package storage.dispersive.pod.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Used on the loop's thread only, as its {@link Disk} is. */
public interface DiskFile {

    long sizeBytes() throws IOException;

    /**
     * Reads from {@code offset} until the target is full or the file ends.
     *
     * @return bytes read, 0 at or behind the end
     */
    int read(ByteBuffer target, long offset) throws IOException;

    /**
     * Writes all of the source; the file grows if it must. Not durable before a sync.
     *
     * @throws DiskFullException if there is no room
     */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Makes durable, in the background, what was written before the call, and the file's size. */
    void sync(IoCompletion completion);

    /** The same, waiting for it; only for the time before the store answers requests. */
    void syncNow() throws IOException;

    /** Must not be called while a sync is under way. */
    void close();
}
