package storage.dispersive.trials.capture;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.PacketCapture;
import storage.dispersive.linux.WakeEvent;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.NetworkLinks;

/**
 * Every frame that a host sends to another, as the bridges between them have it: once, where it
 * comes in. A capture with a gap is none: it fails.
 */
public final class LanCapture implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 << 20;
    private static final long MAX_KEPT_BYTES = 256L << 20;
    private static final long PATIENCE_SECONDS = 30;

    private final PacketCapture socket;
    private final WakeEvent wake = new WakeEvent();
    private final Map<Integer, String> ports = new HashMap<>();
    private final FutureTask<List<CapturedFrame>> reading = new FutureTask<>(this::read);
    private final Thread reader = Thread.ofPlatform().name("capture").daemon().unstarted(reading);

    private LanCapture(PacketCapture socket, List<Link> links) throws IOException {
        this.socket = socket;
        links.forEach(link -> ports.put(link.index(), link.name()));
        reader.start();
    }

    /** Begins to hear what comes in at the bridges of a namespace. */
    public static LanCapture start(Path namespace) throws IOException {
        try (NetworkNamespace switches = NetworkNamespace.open(namespace)) {
            return switches.call(() -> {
                try (NetworkLinks links = NetworkLinks.open()) {
                    return new LanCapture(PacketCapture.open(BUFFER_BYTES), links.all());
                }
            });
        }
    }

    /** All frames that have come since the start, in their order; hears no more. */
    public List<CapturedFrame> end() throws IOException, InterruptedException {
        wake.raise();
        try {
            List<CapturedFrame> frames = reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long lost = socket.lost();
            if (lost > 0) {
                throw new IOException("the capture has lost " + lost + " frames");
            }
            return frames;
        } catch (ExecutionException e) {
            throw new IOException("the capture has failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the capture does not end", e);
        }
    }

    private List<CapturedFrame> read() throws IOException {
        List<CapturedFrame> frames = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(PacketCapture.MAX_FRAME_BYTES);
        long keptBytes = 0;
        boolean last = false;
        while (!last) {
            // Also after it was woken, all is taken that has come.
            last =
                    switch (socket.await(wake)) {
                        case WOKEN -> true;
                        case READY, NOTHING -> false;
                    };
            OptionalInt link = socket.receive(buffer.clear());
            while (link.isPresent()) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                keptBytes += bytes.length;
                if (keptBytes > MAX_KEPT_BYTES) {
                    throw new IOException("more was sent than this capture keeps");
                }
                frames.add(new CapturedFrame(port(link.getAsInt()), bytes));
                link = socket.receive(buffer.clear());
            }
        }
        return frames;
    }

    private String port(int link) {
        return ports.getOrDefault(link, "link " + link);
    }

    @Override
    public void close() throws IOException {
        wake.raise();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a capture ended");
        } finally {
            if (!reader.isAlive()) {
                socket.close();
                wake.close();
            }
        }
    }
}
