package storage.dispersive.blockdevice.nbd.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Reads messages from a blocking channel through a large buffer, so that one system call brings
 * many small messages. Long payloads bypass the buffer.
 *
 * <p>Thread contract: one thread.
 */
public final class SocketInput {

    /** Called before each read of the channel, which may wait for the peer. */
    public interface BeforeReading {
        void run() throws IOException;
    }

    /**
     * Enough for 60 writes of 4 KiB; also the largest message that {@link #require} can wait for.
     */
    public static final int BUFFER_BYTES = 256 << 10;

    /** Shorter rests of a payload come through the buffer, with the messages that follow them. */
    private static final int DIRECT_READ_BYTES = 64 << 10;

    private final ReadableByteChannel channel;
    private final BeforeReading beforeReading;
    private final ByteBuffer buffer;

    /** {@code buffer}, if direct, saves a copy. It belongs to this object from now on. */
    public SocketInput(ReadableByteChannel channel, ByteBuffer buffer, BeforeReading before) {
        this.channel = channel;
        this.buffer = buffer;
        this.beforeReading = before;
        buffer.clear().limit(0);
    }

    /**
     * Waits until a message's first {@code bytes} are buffered; false if the peer ended the stream
     * in front of the message.
     *
     * @throws EOFException if the stream ends within it
     */
    public boolean awaitMessage(int bytes) throws IOException {
        while (buffer.remaining() < bytes) {
            if (!fill()) {
                if (buffer.hasRemaining()) {
                    throw new EOFException("the stream ends within a message");
                }
                return false;
            }
        }
        return true;
    }

    /** Waits until {@code bytes} are buffered, which the getters then take. */
    public void require(int bytes) throws IOException {
        if (!awaitMessage(bytes)) {
            throw new EOFException("the stream ends where a message must go on");
        }
    }

    public short getShort() {
        return buffer.getShort();
    }

    public int getInt() {
        return buffer.getInt();
    }

    public long getLong() {
        return buffer.getLong();
    }

    public byte[] getBytes(int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** Fills {@code destination}, waiting as long as the peer takes. */
    public void readFully(ByteBuffer destination) throws IOException {
        while (destination.hasRemaining()) {
            int take = Math.min(buffer.remaining(), destination.remaining());
            if (take > 0) {
                destination.put(destination.position(), buffer, buffer.position(), take);
                destination.position(destination.position() + take);
                buffer.position(buffer.position() + take);
            } else if (destination.remaining() >= DIRECT_READ_BYTES) {
                beforeReading.run();
                if (channel.read(destination) < 0) {
                    throw new EOFException("the stream ends within a payload");
                }
            } else if (!fill()) {
                throw new EOFException("the stream ends within a payload");
            }
        }
    }

    /** Reads {@code bytes} and throws them away. */
    public void skip(long bytes) throws IOException {
        for (long rest = bytes; rest > 0; ) {
            int take = (int) Math.min(buffer.remaining(), rest);
            buffer.position(buffer.position() + take);
            rest -= take;
            if (rest > 0 && !fill()) {
                throw new EOFException("the stream ends within data to be skipped");
            }
        }
    }

    private boolean fill() throws IOException {
        beforeReading.run();
        buffer.compact();
        try {
            return channel.read(buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }
}
