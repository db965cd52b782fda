package storage.dispersive.volume.pods;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;

/**
 * Lets the sessions of one volume that still work be replaced one after the other, so that what a
 * replacement costs, two machines and a handshake, is not asked of a busy host for all of them at
 * once. A turn that takes longer than {@value #TURN_MILLIS} ms keeps nobody waiting. Used on the
 * loop's thread only.
 */
final class RollTurns {

    static final long TURN_MILLIS = 1_000;

    private final EventLoop loop;

    /** At most one for each session. */
    private final Queue<Turn> waiting = new ArrayDeque<>();

    private @Nullable Turn current;

    RollTurns(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code begin} when it is the caller's turn, but not before this returns. */
    Turn ask(Runnable begin) {
        Turn turn = new Turn(begin);
        waiting.add(turn);
        loop.execute(this::advance);
        return turn;
    }

    private void advance() {
        if (current != null) {
            return;
        }
        Turn turn = waiting.poll();
        if (turn != null) {
            current = turn;
            turn.timer = loop.schedule(TURN_MILLIS, turn::end);
            turn.begin.run();
        }
    }

    /** That of one session. */
    final class Turn {
        private final Runnable begin;
        private EventLoop.@Nullable Timer timer;

        private Turn(Runnable begin) {
            this.begin = begin;
        }

        /** It has been used, or is not needed any more. */
        void end() {
            waiting.remove(this);
            if (current == this) {
                current = null;
                if (timer != null) {
                    timer.cancel();
                }
                loop.execute(RollTurns.this::advance);
            }
        }
    }
}
