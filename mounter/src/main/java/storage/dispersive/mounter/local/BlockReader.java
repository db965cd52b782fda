package storage.dispersive.mounter.local;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import storage.dispersive.linux.DirectReader;

/**
 * Reads a loop device past the kernel's cache: what it gives is what the disk answered. For one
 * thread at a time.
 */
final class BlockReader implements AutoCloseable {

    static final int BLOCK_BYTES = 4096;
    static final int LIMIT_BYTES = 1 << 20;
    private static final int SYSFS_SECTOR_BYTES = 512;

    private final Arena arena = Arena.ofConfined();
    private final DirectReader device;
    private final MemorySegment buffer;
    private final long size;
    private long bytesRead;

    BlockReader(Path path) throws IOException {
        size = size(path);
        device = DirectReader.open(path);
        buffer = arena.allocate(LIMIT_BYTES, BLOCK_BYTES);
    }

    /** In bytes, as the kernel knows it; no driver is asked. */
    static long size(Path device) throws IOException {
        Path file = Path.of("/sys/block").resolve(device.getFileName()).resolve("size");
        return Long.parseLong(Files.readString(file).strip()) * SYSFS_SECTOR_BYTES;
    }

    /** The device's size in bytes. */
    long size() {
        return size;
    }

    long bytesRead() {
        return bytesRead;
    }

    /**
     * Reads whole blocks; an error if one of them cannot be read.
     *
     * @param length at most {@value #LIMIT_BYTES}
     * @return valid until the next call
     */
    ByteBuffer read(long offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            long count = device.read(buffer.asSlice(done, length - done), offset + done);
            if (count == 0) {
                throw new EOFException("nothing at " + (offset + done));
            }
            done += (int) count;
        }
        bytesRead += length;
        return buffer.asSlice(0, length).asByteBuffer();
    }

    /** Where the first byte is that is not zero; -1 if none is. */
    static int firstNonZero(ByteBuffer bytes) {
        int at = bytes.position();
        while (bytes.limit() - at >= Long.BYTES && bytes.getLong(at) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.limit()) {
            if (bytes.get(at) != 0) {
                return at;
            }
            at++;
        }
        return -1;
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }
}
