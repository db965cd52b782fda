package storage.dispersive.trials.underlay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.PacketCapture;
import storage.dispersive.linux.WakeEvent;

/**
 * Counts the frames to one IPv4 address that arrive in a namespace and are longer than a bound.
 * What the kernel drops because they are too many to look at is not counted.
 */
public final class LongFrames implements AutoCloseable {

    private static final int BUFFER_BYTES = 32 << 20;
    private static final int DESTINATION_OFFSET = 30;
    private static final int ETHERNET_TYPE_OFFSET = 12;
    private static final int IPV4 = 0x0800;
    private static final int ADDRESS_BYTES = 4;
    private static final int MOST_AT_ONCE = 1_000;

    private final PacketCapture capture;
    private final WakeEvent wake = new WakeEvent();
    private final Inet4Address to;
    private final int longerThanBytes;
    private final AtomicLong count = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("long-frames").unstarted(this::listen);
    private volatile @Nullable IOException failure;

    private LongFrames(PacketCapture capture, Inet4Address to, int longerThanBytes)
            throws IOException {
        this.capture = capture;
        this.to = to;
        this.longerThanBytes = longerThanBytes;
    }

    /** Begins to count; the length is that of a frame with its Ethernet header. */
    public static LongFrames count(Path namespace, Inet4Address to, int longerThanBytes)
            throws IOException {
        try (NetworkNamespace where = NetworkNamespace.open(namespace)) {
            PacketCapture capture = where.call(() -> PacketCapture.open(BUFFER_BYTES));
            LongFrames frames = new LongFrames(capture, to, longerThanBytes);
            frames.thread.start();
            return frames;
        }
    }

    /** So many until now. */
    public long count() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            throw new IOException("frames are not counted any more", failed);
        }
        return count.get();
    }

    private void listen() {
        ByteBuffer frame = ByteBuffer.allocateDirect(PacketCapture.MAX_FRAME_BYTES);
        try {
            while (true) {
                switch (capture.await(wake)) {
                    case WOKEN -> {
                        return;
                    }
                    case READY, NOTHING -> {}
                }
                OptionalInt link = capture.receive(frame.clear());
                for (int frames = 0; frames < MOST_AT_ONCE && link.isPresent(); frames++) {
                    if (frame.remaining() > longerThanBytes && isForTheAddress(frame)) {
                        count.incrementAndGet();
                    }
                    link = capture.receive(frame.clear());
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private boolean isForTheAddress(ByteBuffer frame) throws UnknownHostException {
        byte[] destination = new byte[ADDRESS_BYTES];
        frame.get(DESTINATION_OFFSET, destination);
        return Short.toUnsignedInt(frame.getShort(ETHERNET_TYPE_OFFSET)) == IPV4
                && InetAddress.getByAddress(destination).equals(to);
    }

    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while frames were counted");
        } finally {
            capture.close();
            wake.close();
        }
    }
}
