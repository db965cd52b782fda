package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.client.NbdClient;

/**
 * Writes random blocks, many at once, until a request fails; a {@link BlockHistory} keeps what was
 * begun and what was acknowledged. Used by one thread.
 */
final class PipelinedWriter implements AutoCloseable {

    private static final int MAX_BLOCKS = 16;
    private static final int ZEROING_OUT_OF = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final NbdClient client;
    private final BlockHistory history;
    private final Random random;
    private final Thread thread;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong underWay = new AtomicLong();

    private PipelinedWriter(NbdClient client, BlockHistory history, long seed) {
        this.client = client;
        this.history = history;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().daemon().name("writer").unstarted(this::write);
    }

    static PipelinedWriter start(Path socket, BlockHistory history, long seed) throws IOException {
        PipelinedWriter writer = new PipelinedWriter(NbdClient.connect(socket, ""), history, seed);
        writer.thread.start();
        return writer;
    }

    private void write() {
        while (failure.get() == null) {
            writeSome();
        }
    }

    private void writeSome() {
        long diskBlocks = client.sizeBytes() / BlockHistory.BLOCK_BYTES;
        int blocks = 1 + random.nextInt(random.nextInt(4) == 0 ? MAX_BLOCKS : 2);
        long first = random.nextLong(diskBlocks - blocks + 1);
        long offset = first * BlockHistory.BLOCK_BYTES;
        if (random.nextInt(ZEROING_OUT_OF) == 0) {
            long length = (long) blocks * BlockHistory.BLOCK_BYTES;
            List<BlockHistory.Write> begun = history.beginZero(first, blocks);
            note(client.zeroAsync(offset, length), begun);
            return;
        }
        ByteBuffer data = ByteBuffer.allocate(blocks * BlockHistory.BLOCK_BYTES);
        List<BlockHistory.Write> begun = history.begin(first, data);
        note(client.writeAsync(offset, data), begun);
    }

    private void note(CompletableFuture<Void> request, List<BlockHistory.Write> begun) {
        underWay.incrementAndGet();
        var _ =
                request.whenComplete((_, problem) -> {
                    if (problem == null) {
                        history.acknowledge(begun);
                    } else {
                        failure.compareAndSet(null, problem);
                    }
                    underWay.decrementAndGet();
                });
    }

    /** Waits until so many more requests are acknowledged. */
    void awaitAcknowledged(int more) {
        long target = history.acknowledged() + more;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> history.acknowledged() >= target || failure.get() != null);
        Throwable problem = failure.get();
        if (problem != null) {
            throw new AssertionError("the writer failed before anything was done to it", problem);
        }
    }

    /** Waits until a request has failed and all have ended; returns the first failure. */
    Throwable awaitFailure() {
        await().atMost(PATIENCE).until(() -> failure.get() != null && !thread.isAlive());
        await().atMost(PATIENCE).until(() -> underWay.get() == 0);
        Throwable problem = failure.get();
        if (problem == null) {
            throw new IllegalStateException("no failure after it was seen");
        }
        return problem;
    }

    /** Begins no more requests and waits until all have ended. */
    void finish() {
        IOException finished = new IOException("the writer has finished");
        failure.compareAndSet(null, finished);
        Throwable problem = awaitFailure();
        if (!problem.equals(finished)) {
            throw new AssertionError("a request failed", problem);
        }
    }

    @Override
    public void close() {
        failure.compareAndSet(null, new IOException("the writer was closed"));
        client.close();
    }
}
