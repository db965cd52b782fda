package storage.dispersive.volume.pods;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.volume.PodStatus.SessionStatus;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodSession;

/**
 * Keeps one session to one pod open: opens it again when it ends, after a pause that doubles up to
 * {@value #MOST_PAUSE_MILLIS} ms, and rolls it: opens another beside it, makes that ready, and only
 * then lets the first one answer what it was asked and end. A session that still works waits for
 * its turn with that. Used on the loop's thread only.
 */
final class SessionKeeper {

    static final long FIRST_PAUSE_MILLIS = 20;
    static final long MOST_PAUSE_MILLIS = 400;

    /** After a roll that did not succeed, while the session still works. */
    private static final long ROLL_AGAIN_MILLIS = 10_000;

    /** Hears of the session that is kept. */
    interface Owner {
        /**
         * A session is open. {@code ready} is run when it is of use, or it is closed; until then
         * the one before it is used, if there is one.
         */
        void opened(PodSession session, Runnable ready);

        /** There is none, until another is ready. */
        void ended(String reason);
    }

    private final int slot;
    private final SessionKind kind;
    private final EventLoop loop;
    private final PodConnector connector;
    private final RandomGenerator random;
    private final RollPolicy policy;
    private final RollTurns turns;
    private final Owner owner;
    private @Nullable Attempt current;
    private @Nullable Attempt next;
    private EventLoop.@Nullable Timer retry;
    private EventLoop.@Nullable Timer age;
    private RollTurns.@Nullable Turn turn;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private long bytesCarried;
    private long rolls;
    private boolean closed;

    SessionKeeper(
            int slot,
            SessionKind kind,
            EventLoop loop,
            PodConnector connector,
            RandomGenerator random,
            RollPolicy policy,
            RollTurns turns,
            Owner owner) {
        this.slot = slot;
        this.kind = kind;
        this.loop = loop;
        this.connector = connector;
        this.random = random;
        this.policy = policy;
        this.turns = turns;
        this.owner = owner;
    }

    /** The session that is of use, if there is one. */
    @Nullable PodSession session() {
        return current == null ? null : current.session;
    }

    SessionStatus status() {
        if (session() == null) {
            return SessionStatus.CLOSED;
        }
        return current != null && current.silent ? SessionStatus.SILENT : SessionStatus.OPEN;
    }

    void start() {
        next = new Attempt();
        connector.open(slot, kind, next);
    }

    /** Replaces the session by a new one, which is made ready first, when it is its turn. */
    void roll() {
        if (canRoll() && turn == null) {
            turn = turns.ask(this::rollInTurn);
        }
    }

    private boolean canRoll() {
        return !closed && current != null && next == null;
    }

    private void rollInTurn() {
        if (canRoll()) {
            rollNow();
        } else {
            endTurn();
        }
    }

    private void rollNow() {
        cancel(retry);
        start();
    }

    private void endTurn() {
        if (turn != null) {
            turn.end();
            turn = null;
        }
    }

    /** Sessions that took the place of one that still worked. */
    long rolls() {
        return rolls;
    }

    /** The session has carried so much more. */
    void carried(int bytes) {
        bytesCarried += bytes;
        if (bytesCarried >= policy.afterBytes()) {
            bytesCarried = 0;
            roll();
        }
    }

    /** Drops the session; another is opened after a pause. */
    void drop() {
        PodSession session = session();
        if (session != null) {
            session.close();
        }
    }

    void close() {
        closed = true;
        cancel(retry);
        cancel(age);
        endTurn();
        drop();
        if (next != null && next.session != null) {
            next.session.close();
        }
    }

    private static void cancel(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void pauseThenStart() {
        long jitterMillis = random.nextLong(pauseMillis / 2 + 1);
        cancel(retry);
        retry = loop.schedule(pauseMillis + jitterMillis, this::startIfNeeded);
        pauseMillis = Math.min(MOST_PAUSE_MILLIS, pauseMillis * 2);
    }

    private void startIfNeeded() {
        if (next == null && (current == null || current.silent)) {
            start();
        }
    }

    private void rollAt(long delayMillis) {
        cancel(age);
        age = loop.schedule(delayMillis, this::roll);
    }

    /** One attempt at a session, and its life if it succeeds. */
    private final class Attempt implements PodConnector.SessionListener {
        private @Nullable PodSession session;
        private boolean silent;

        @Override
        public void opened(PodSession opened) {
            if (closed) {
                opened.close();
                return;
            }
            session = opened;
            owner.opened(opened, this::ready);
        }

        private void ready() {
            if (next != this || closed) {
                return;
            }
            Attempt before = current;
            current = this;
            next = null;
            endTurn();
            pauseMillis = FIRST_PAUSE_MILLIS;
            bytesCarried = 0;
            if (policy.hasAge()) {
                rollAt(policy.afterMillis() + random.nextLong(policy.afterMillis() / 10 + 1));
            }
            if (before != null && before.session != null) {
                rolls++;
                if (before.silent) {
                    before.session.close();
                } else {
                    before.session.finish();
                }
            }
        }

        /** Another way to the pod may work, so one is made beside this one. */
        @Override
        public void silent() {
            silent = true;
            if (current == this && canRoll()) {
                rollNow();
            }
        }

        @Override
        public void heardAgain() {
            silent = false;
        }

        @Override
        public void closed(String reason) {
            if (current == this) {
                current = null;
                cancel(age);
                if (!closed) {
                    owner.ended(reason);
                    if (next == null) {
                        endTurn();
                        pauseThenStart();
                    }
                }
            } else if (next == this) {
                next = null;
                endTurn();
                if (!closed) {
                    failed(reason);
                }
            }
        }

        private void failed(String reason) {
            if (current == null) {
                owner.ended(reason);
                pauseThenStart();
            } else if (current.silent) {
                pauseThenStart();
            } else if (policy.hasAge()) {
                rollAt(ROLL_AGAIN_MILLIS);
            }
        }
    }
}
