package storage.dispersive.transport;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector.SessionListener;

/**
 * Notices when a pod that was asked something is not heard any more, long before TCP does: after
 * {@value #PROBE_MILLIS} ms without a byte it is pinged, which a pod answers at once whatever its
 * disk does; after {@value #SILENT_MILLIS} ms the listener is told. On the loop.
 */
final class Silence {

    static final long PROBE_MILLIS = 200;
    static final long SILENT_MILLIS = 600;

    private final EventLoop loop;
    private final LongSupplier lastHeardNanos;
    private final BooleanSupplier isAsked;
    private final Runnable ping;
    private final SessionListener listener;
    private boolean watching;
    private boolean silent;
    private long sinceNanos;

    /** {@code isAsked} says whether an answer is being waited for, the other when a byte came. */
    Silence(
            EventLoop loop,
            LongSupplier lastHeardNanos,
            BooleanSupplier isAsked,
            Runnable ping,
            SessionListener listener) {
        this.loop = loop;
        this.lastHeardNanos = lastHeardNanos;
        this.isAsked = isAsked;
        this.ping = ping;
        this.listener = listener;
    }

    /** Something was asked. */
    void begin() {
        if (!watching) {
            watching = true;
            sinceNanos = loop.nanoTime();
            var _ = loop.schedule(PROBE_MILLIS, this::look);
        }
    }

    private void look() {
        if (!isAsked.getAsBoolean()) {
            watching = false;
            return;
        }
        long heardNanos = Math.max(lastHeardNanos.getAsLong(), sinceNanos);
        long unheardMillis = TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - heardNanos);
        if (unheardMillis >= SILENT_MILLIS) {
            silent = true;
            listener.silent();
        } else if (unheardMillis >= PROBE_MILLIS) {
            ping.run();
        }
        var _ = loop.schedule(PROBE_MILLIS, this::look);
    }

    /** Something was heard. */
    void heard() {
        if (silent) {
            silent = false;
            listener.heardAgain();
        }
    }
}
