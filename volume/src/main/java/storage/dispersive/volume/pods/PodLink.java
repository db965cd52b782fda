package storage.dispersive.volume.pods;

import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.PodState;
import storage.dispersive.volume.PodStatus;
import storage.dispersive.volume.PodStatus.SessionStatus;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * An engine's side of one pod: a session for writing that is fenced as soon as it opens, and a
 * session for reading. Used on the loop's thread only.
 */
public final class PodLink {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double HEDGE_FACTOR = 3;
    private static final long RECONNECT_SUSPECT_MILLIS = 5_000;
    private static final long FENCE_TIMEOUT_MILLIS = 5_000;

    /** Hears of a pod that becomes of use, or no longer is. */
    public interface Events {
        void up(PodLink link);

        void down(PodLink link);

        /** The store lost what it held, or is another than the one that was admitted. */
        void wiped(PodLink link);

        void fencedOut(PodLink link, String by);
    }

    private final Member member;
    private final Tenure tenure;
    private final EventLoop loop;
    private final Events events;
    private final SessionKeeper writing;
    private final SessionKeeper reading;
    private final Latency latency = new Latency();
    private PodState state = PodState.DOWN;
    private String detail = "not connected yet";
    private long suspectSinceNanos;
    private boolean suspect;
    private int readsUnderWay;
    private long portionsSent;
    private long bytesSent;
    private long readsSent;
    private long bytesRead;

    PodLink(
            Member member,
            Tenure tenure,
            EventLoop loop,
            PodConnector connector,
            RandomGenerator random,
            RollPolicy policy,
            RollTurns turns,
            Events events) {
        this.member = member;
        this.tenure = tenure;
        this.loop = loop;
        this.events = events;
        int slot = member.slot();
        writing =
                new SessionKeeper(
                        slot,
                        SessionKind.WRITE,
                        loop,
                        connector,
                        random,
                        policy,
                        turns,
                        new Writing());
        reading =
                new SessionKeeper(
                        slot,
                        SessionKind.READ,
                        loop,
                        connector,
                        random,
                        policy,
                        turns,
                        new Reading());
    }

    void start() {
        writing.start();
        reading.start();
    }

    void close() {
        state = PodState.DOWN;
        detail = "closed";
        writing.close();
        reading.close();
    }

    public Member member() {
        return member;
    }

    public int slot() {
        return member.slot();
    }

    public Holder holder() {
        return new Holder(member.slot(), member.incarnation());
    }

    /** Whether the pod is fenced for this engine and takes portions. */
    public boolean isUp() {
        return state == PodState.UP;
    }

    public boolean canRead() {
        return reading.session() != null && state != PodState.WIPED;
    }

    /** Whether what the pod held of the volume is not there. */
    public boolean isWiped() {
        return state == PodState.WIPED;
    }

    public int readsUnderWay() {
        return readsUnderWay;
    }

    /** Whether it is late with an answer, so that others are preferred until it answers. */
    public boolean isSuspect() {
        return suspect;
    }

    /** It is late; when it stays so, its session is opened and fenced again. */
    public void suspect() {
        long now = loop.nanoTime();
        if (!suspect) {
            suspect = true;
            suspectSinceNanos = now;
        } else if (now - suspectSinceNanos > RECONNECT_SUSPECT_MILLIS * NANOS_PER_MILLI) {
            suspectSinceNanos = now;
            reconnect();
        }
    }

    /** It has answered. */
    public void trust() {
        suspect = false;
    }

    /** How long a read may take before it counts as late. */
    public long hedgeAfterMillis(long floorMillis, long mostMillis) {
        double usual = HEDGE_FACTOR * latency.estimateNanos() / NANOS_PER_MILLI;
        return Math.clamp((long) Math.ceil(usual), floorMillis, mostMillis);
    }

    /** Sends one portion; takes over the buffer. The link must be up. */
    public void append(ByteBuf portion, ReplyListener listener) {
        portionsSent++;
        bytesSent += portion.readableBytes();
        writing.carried(portion.readableBytes());
        var append = new PodRequest.Append(tenure.volume(), member.incarnation(), portion);
        session(writing).send(append, listener);
    }

    /** Asks for headers, over the write session. The link must be up. */
    public void list(long cursor, int maxBytes, ReplyListener listener) {
        session(writing)
                .send(
                        new PodRequest.ListHeaders(
                                tenure.volume(),
                                member.incarnation(),
                                tenure.epoch(),
                                cursor,
                                maxBytes),
                        listener);
    }

    /** Asks for units of a portion, over the read session, which must be open. */
    public void read(PortionKey key, int firstUnit, int units, ReplyListener listener) {
        readsUnderWay++;
        readsSent++;
        long startNanos = loop.nanoTime();
        session(reading)
                .send(
                        new PodRequest.ReadUnits(
                                tenure.volume(),
                                member.incarnation(),
                                tenure.epoch(),
                                key,
                                firstUnit,
                                units),
                        new TimedRead(startNanos, listener));
    }

    /** The pod has refused this engine's epoch. */
    public void refusedEpoch(PodReply.Refused refused) {
        events.fencedOut(this, member.podName() + ": " + refused.detail());
    }

    /** Replaces both sessions by new ones, in turn, which are ready before the old ones go. */
    public void roll() {
        writing.roll();
        reading.roll();
    }

    /** Ends the write session, so that it is opened and fenced again. */
    public void reconnect() {
        writing.drop();
    }

    public PodStatus status() {
        return new PodStatus(
                member.slot(),
                member.podName(),
                state,
                state == PodState.UP ? silence() : detail,
                writing.status(),
                reading.status(),
                portionsSent,
                bytesSent,
                readsSent,
                bytesRead);
    }

    private String silence() {
        return writing.status() == SessionStatus.SILENT ? "was asked and is not heard" : "";
    }

    private static PodSession session(SessionKeeper keeper) {
        PodSession session = keeper.session();
        if (session == null) {
            throw new IllegalStateException("the session is not open");
        }
        return session;
    }

    private void leave(PodState next, String why) {
        boolean wasUp = isUp();
        state = next;
        detail = why;
        if (wasUp) {
            events.down(this);
        }
    }

    /** The write session: fenced first, then of use. */
    private final class Writing implements SessionKeeper.Owner {
        @Override
        public void opened(PodSession session, Runnable ready) {
            if (state == PodState.DOWN) {
                state = PodState.FENCING;
                detail = "being fenced";
            }
            FenceAnswer answer = new FenceAnswer(session, ready);
            answer.timer = loop.schedule(FENCE_TIMEOUT_MILLIS, session::close);
            session.send(
                    new PodRequest.Fence(
                            tenure.volume(), member.incarnation(), tenure.epoch(), tenure.run()),
                    answer);
        }

        @Override
        public void ended(String reason) {
            if (state != PodState.WIPED) {
                leave(PodState.DOWN, reason);
            }
        }
    }

    /** What a pod makes of this engine's fence. */
    private final class FenceAnswer implements ReplyListener {
        private final PodSession session;
        private final Runnable ready;
        private EventLoop.@Nullable Timer timer;

        FenceAnswer(PodSession session, Runnable ready) {
            this.session = session;
            this.ready = ready;
        }

        @Override
        public void answered(PodReply reply) {
            cancelTimer();
            if (reply instanceof PodReply.Fenced) {
                fenced();
            } else if (reply instanceof PodReply.Refused refused) {
                refused(refused);
            } else {
                session.close();
            }
        }

        private void fenced() {
            boolean wasUp = isUp();
            ready.run();
            trust();
            state = PodState.UP;
            if (!wasUp) {
                events.up(PodLink.this);
            }
        }

        private void refused(PodReply.Refused refused) {
            switch (refused.refusal()) {
                case FENCED -> refusedEpoch(refused);
                case OTHER_INCARNATION, UNKNOWN_VOLUME -> {
                    leave(PodState.WIPED, refused.detail());
                    events.wiped(PodLink.this);
                }
                case NOT_FOUND, CORRUPT, CONFLICT, NO_SPACE, STORE_CLOSED, INVALID, BUSY -> {
                    detail = refused.detail();
                    session.close();
                }
            }
        }

        @Override
        public void lost() {
            // The keeper hears of the session's end, and opens another.
            cancelTimer();
        }

        private void cancelTimer() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    /** The read session needs nothing to be of use. */
    private static final class Reading implements SessionKeeper.Owner {
        @Override
        public void opened(PodSession session, Runnable ready) {
            ready.run();
        }

        @Override
        public void ended(String reason) {
            // Reads under way hear that they are lost; later ones go elsewhere.
        }
    }

    /** Measures one read. */
    private final class TimedRead implements ReplyListener {
        private final long startNanos;
        private final ReplyListener listener;

        TimedRead(long startNanos, ReplyListener listener) {
            this.startNanos = startNanos;
            this.listener = listener;
        }

        @Override
        public void answered(PodReply reply) {
            readsUnderWay--;
            latency.measured(loop.nanoTime() - startNanos);
            if (reply instanceof PodReply.Units(ByteBuf units)) {
                bytesRead += units.readableBytes();
                reading.carried(units.readableBytes());
            }
            listener.answered(reply);
        }

        @Override
        public void lost() {
            readsUnderWay--;
            listener.lost();
        }
    }
}
