package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.Arena;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.IoFlusher;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.Readiness;
import storage.dispersive.linux.WakeEvent;

/**
 * The loop of one reading thread: a free slot, a request, its handling. It waits only for slots and
 * for the kernel. The descriptor does not block, so that {@link WakeEvent} can end the wait.
 *
 * <p>Thread contract: one platform thread.
 */
final class RequestReader {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReader.class);

    private final Descriptor device;
    private final WakeEvent wake;
    private final SlotPool pool;
    private final RequestParser parser;
    private final RequestHandler handler;
    private final SessionCounters counters;

    RequestReader(
            Descriptor device,
            WakeEvent wake,
            SlotPool pool,
            RequestParser parser,
            RequestHandler handler,
            SessionCounters counters) {
        this.device = device;
        this.wake = wake;
        this.pool = pool;
        this.parser = parser;
        this.handler = handler;
        this.counters = counters;
    }

    /** Reads until the session stops or the connection ends; says which. */
    FuseEnd readAll() {
        if (IoFlusher.enableForThisThread() == 0) {
            counters.flusherReaders.incrementAndGet();
        }
        try (Arena arena = Arena.ofConfined()) {
            Readiness readiness = new Readiness(device, wake, arena);
            while (true) {
                Slot slot = pool.take();
                if (slot == null) {
                    return FuseEnd.STOPPED;
                }
                long length = device.read(slot.request());
                if (length > 0) {
                    handler.handle(slot, parser.parse(slot.request().asSlice(0, length)));
                    continue;
                }
                pool.give(slot);
                switch ((int) -length) {
                    case Errno.EAGAIN -> {
                        if (readiness.await(Readiness.FOREVER) == Readiness.Outcome.WOKEN) {
                            return FuseEnd.STOPPED;
                        }
                    }
                    case Errno.EINTR, Errno.ENOENT -> {
                        // A signal; or the caller gave up while its request was being read.
                    }
                    case Errno.ENODEV, Errno.ECONNABORTED -> {
                        return FuseEnd.DISCONNECTED;
                    }
                    default -> {
                        LOG.error("cannot read requests: {}", Errno.name((int) -length));
                        return FuseEnd.BROKEN;
                    }
                }
            }
        } catch (LinuxException | RuntimeException | Error e) {
            LOG.error("cannot read requests", e);
            return FuseEnd.BROKEN;
        }
    }
}
