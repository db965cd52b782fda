package storage.dispersive.volume.pods;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodSession;

/**
 * Keeps one session to one pod open: opens it again when it ends, after a pause that doubles up to
 * {@value #MOST_PAUSE_MILLIS} ms. Used on the loop's thread only.
 */
final class SessionKeeper {

    static final long FIRST_PAUSE_MILLIS = 20;
    static final long MOST_PAUSE_MILLIS = 400;

    /** Hears of the session that is kept. */
    interface Owner {
        void opened(PodSession session);

        void ended(String reason);
    }

    private final int slot;
    private final SessionKind kind;
    private final EventLoop loop;
    private final PodConnector connector;
    private final RandomGenerator random;
    private final Owner owner;
    private @Nullable PodSession session;
    private EventLoop.@Nullable Timer retry;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean closed;

    SessionKeeper(
            int slot,
            SessionKind kind,
            EventLoop loop,
            PodConnector connector,
            RandomGenerator random,
            Owner owner) {
        this.slot = slot;
        this.kind = kind;
        this.loop = loop;
        this.connector = connector;
        this.random = random;
        this.owner = owner;
    }

    @Nullable PodSession session() {
        return session;
    }

    void start() {
        connector.open(slot, kind, new Attempt());
    }

    /** The session is of use: the next pause is short again. */
    void settled() {
        pauseMillis = FIRST_PAUSE_MILLIS;
    }

    /** Drops the session; another is opened after a pause. */
    void drop() {
        if (session != null) {
            session.close();
        }
    }

    void close() {
        closed = true;
        if (retry != null) {
            retry.cancel();
        }
        drop();
    }

    private void pauseThenStart() {
        long jitterMillis = random.nextLong(pauseMillis / 2 + 1);
        retry = loop.schedule(pauseMillis + jitterMillis, this::start);
        pauseMillis = Math.min(MOST_PAUSE_MILLIS, pauseMillis * 2);
    }

    /** One attempt at a session, and its life if it succeeds. */
    private final class Attempt implements PodConnector.SessionListener {
        @Override
        public void opened(PodSession opened) {
            if (closed) {
                opened.close();
                return;
            }
            session = opened;
            owner.opened(opened);
        }

        @Override
        public void closed(String reason) {
            session = null;
            if (!closed) {
                owner.ended(reason);
                pauseThenStart();
            }
        }
    }
}
