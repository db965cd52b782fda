package storage.dispersive.engine.host;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import storage.dispersive.engine.LinkLoop;
import storage.dispersive.linux.IoFlusher;
import storage.dispersive.transport.NettyEventLoop;

/**
 * The loops that all volumes share, as many as there are processors: a volume lives on one of them.
 * Thread contract: any thread.
 */
final class Loops implements AutoCloseable {

    private final List<NettyEventLoop> loops;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger flushers = new AtomicInteger();

    Loops(int count) {
        loops =
                IntStream.range(0, count)
                        .mapToObj(number -> NettyEventLoop.start("volumes-" + number))
                        .toList();
        for (NettyEventLoop loop : loops) {
            // What a loop allocates must not wait for a disk that the loop serves.
            loop.execute(() -> {
                if (IoFlusher.enableForThisThread() == 0) {
                    flushers.incrementAndGet();
                }
            });
        }
    }

    LinkLoop take() {
        int number = Math.floorMod(next.getAndIncrement(), loops.size());
        return LinkLoop.sharing(loops.get(number));
    }

    /** Whether the kernel knows of all loops that they serve disks; some time after the start. */
    boolean areFlushers() {
        return flushers.get() == loops.size();
    }

    @Override
    public void close() {
        loops.forEach(NettyEventLoop::close);
    }
}
