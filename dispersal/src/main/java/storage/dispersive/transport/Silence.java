package storage.dispersive.transport;

import java.util.concurrent.TimeUnit;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector.SessionListener;

/**
 * Notices when a pod that was asked something is not heard any more, long before TCP does: after
 * {@value #PROBE_MILLIS} ms without a byte it is pinged, which a pod answers at once whatever its
 * disk does; after {@value #DOUBT_MILLIS} ms others on the same way are better asked, too; after
 * {@value #SILENT_MILLIS} ms the listener is told. On the loop.
 */
final class Silence {

    static final long PROBE_MILLIS = 100;
    static final long DOUBT_MILLIS = 150;
    static final long SILENT_MILLIS = 400;

    private static final long LOOK_MILLIS = 50;

    private final EventLoop loop;
    private final Subject subject;
    private final SessionListener listener;
    private boolean watching;
    private boolean doubted;
    private boolean silent;
    private long sinceNanos;

    /** Who is to be heard. */
    interface Subject {
        /** When the last byte came. */
        long lastHeardNanos();

        /** Whether an answer is being waited for. */
        boolean isAsked();

        void ping();

        /**
         * It is not heard as it should be. Once, until it is heard again.
         *
         * @param sinceNanos when it was heard last, or asked
         */
        void doubted(long sinceNanos);
    }

    Silence(EventLoop loop, Subject subject, SessionListener listener) {
        this.loop = loop;
        this.subject = subject;
        this.listener = listener;
    }

    /** Something was asked. */
    void begin() {
        begin(loop.nanoTime());
    }

    /**
     * Something was asked, since another one is not heard: what silenced that one is taken to have
     * silenced this one at the same time, unless it answers.
     *
     * @param otherSinceNanos when the other one was heard last, or asked
     */
    void begin(long otherSinceNanos) {
        if (!watching) {
            watching = true;
            sinceNanos = otherSinceNanos;
            var _ = loop.schedule(LOOK_MILLIS, this::look);
        }
    }

    private void look() {
        if (!subject.isAsked()) {
            watching = false;
            return;
        }
        long heardNanos = Math.max(subject.lastHeardNanos(), sinceNanos);
        long unheardMillis = TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - heardNanos);
        if (unheardMillis >= PROBE_MILLIS && unheardMillis < SILENT_MILLIS) {
            subject.ping();
        }
        if (unheardMillis >= DOUBT_MILLIS && !doubted) {
            doubted = true;
            subject.doubted(heardNanos);
        }
        if (unheardMillis >= SILENT_MILLIS && !silent) {
            silent = true;
            listener.silent();
        }
        var _ = loop.schedule(LOOK_MILLIS, this::look);
    }

    /** Something was heard. */
    void heard() {
        doubted = false;
        if (silent) {
            silent = false;
            listener.heardAgain();
        }
    }
}
