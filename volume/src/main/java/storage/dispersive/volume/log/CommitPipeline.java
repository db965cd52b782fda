package storage.dispersive.volume.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.LaterAttempt;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.volume.EngineRule;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.map.Placement;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * Sends stripes, at most W at a time, and says in the order of the log which are committed: held by
 * all stores that one of its attempts names. A stripe whose attempt breaks, or takes too long, is
 * dispersed again over the pods that are up. Used on the loop's thread only.
 */
public final class CommitPipeline {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SWEEPS_PER_TIMEOUT = 4;

    /** Attempts that follow each other at once; later ones wait for the next sweep. */
    private static final int PROMPT_ATTEMPTS = 4;

    /** Hears of commits. */
    public interface Sink {
        /** In the order of the log. */
        void committed(SealedStripe stripe, Placement placement);

        /** In any order: this one is held by its stores, though others before it may not be. */
        void held(SealedStripe stripe);

        /** Too many pods have no room for a stripe to be committed now; it is tried again. */
        void outOfSpace();
    }

    private final EventLoop loop;
    private final EngineSettings settings;
    private final Code widest;
    private final Pods pods;
    private final Disperser disperser;
    private @Nullable Sink sink;
    private final Deque<Flight> flights = new ArrayDeque<>();
    private final AttemptWindow laterAttempts = new AttemptWindow();
    private final FullPods fullPods;
    private final SegmentFill segmentFill = new SegmentFill();
    private long startSeq;
    private long dispersedAgain;
    private EventLoop.@Nullable Timer sweep;
    private boolean closed;

    public CommitPipeline(
            EventLoop loop, EngineSettings settings, Code widest, Pods pods, Disperser disperser) {
        this.loop = loop;
        this.settings = settings;
        this.widest = widest;
        this.pods = pods;
        this.disperser = disperser;
        fullPods = new FullPods(loop);
    }

    /** Who hears of commits from now on. */
    public void deliverTo(Sink next) {
        sink = next;
    }

    /** The seq of this epoch's start record, which every header names. */
    public void startsAt(long seq) {
        startSeq = seq;
    }

    /** What was committed before, as far as headers must go on to name it. */
    public void adopt(long committedThrough, SortedMap<Long, Integer> attempts) {
        laterAttempts.adopt(committedThrough, attempts);
    }

    public int inFlight() {
        return flights.size();
    }

    public boolean hasRoom() {
        return flights.size() < settings.maxStripesInFlight();
    }

    public long dispersedAgain() {
        return dispersedAgain;
    }

    /** Milliseconds since the oldest stripe in flight was submitted; 0 when there is none. */
    public long oldestMillis() {
        Flight oldest = flights.peekFirst();
        return oldest == null ? 0 : (loop.nanoTime() - oldest.sinceNanos()) / NANOS_PER_MILLI;
    }

    /** What a header that is sealed now says of stripes that were not committed at first. */
    public List<LaterAttempt> laterAttempts() {
        return laterAttempts.toSay();
    }

    /** Whether the segment of the stripes that were submitted last has its full length. */
    public boolean isSegmentFull() {
        return segmentFill.isFull();
    }

    /** The stripes to come are of the next segment. */
    public void beginSegment() {
        segmentFill.beginNext();
    }

    /** Sends a stripe; seqs come without gaps. Takes the stripe's buffer over. */
    public void submit(SealedStripe stripe) {
        if (closed) {
            stripe.release();
            return;
        }
        Flight flight = new Flight(stripe, loop.nanoTime());
        flights.addLast(flight);
        disperse(flight);
        if (sweep == null) {
            scheduleSweep();
        }
    }

    /** A pod is up: stripes that wait for pods may go. */
    public void podUp() {
        for (Flight flight : new ArrayList<>(flights)) {
            if (!flight.isCommitted() && flight.current() == null) {
                disperse(flight);
            }
        }
    }

    public void close() {
        closed = true;
        if (sweep != null) {
            sweep.cancel();
        }
        flights.forEach(flight -> flight.stripe().release());
        flights.clear();
    }

    private void disperse(Flight flight) {
        int needed = widest.parityPortions() + 1;
        List<PodLink> candidates = fullPods.without(pods.candidates(needed, flight.stripe().seq()));
        if (candidates.size() < needed || flight.nextAttempt() > StripeHeader.MAX_ATTEMPT) {
            if (!fullPods.isEmpty()) {
                sink().outOfSpace();
            }
            return;
        }
        Code code = width(flight.stripe().blocks(), candidates.size());
        List<PodLink> chosen = candidates.subList(0, code.portions());
        List<Holder> holders = chosen.stream().map(PodLink::holder).toList();
        int number = flight.nextAttempt();
        StripeHeader header = disperser.header(flight.stripe(), number, code, holders, startSeq);
        Dispersal attempt = new Dispersal(header);
        flight.started(attempt, loop.nanoTime());
        dispersedAgain += number > 0 ? 1 : 0;
        List<ByteBuf> portions = disperser.disperse(flight.stripe(), header);
        for (int index = 0; index < portions.size(); index++) {
            PodLink link = chosen.get(index);
            segmentFill.sent(link.slot(), portions.get(index).readableBytes());
            link.append(portions.get(index), new Appending(flight, attempt, index, link));
        }
    }

    /** As wide as the blocks are worth, and never so wide that a parity portion has no pod. */
    private Code width(int blocks, int candidates) {
        int most = Math.min(widest.dataPortions(), candidates - widest.parityPortions());
        int worth = Math.ceilDiv(blocks, settings.blocksPerPortion());
        return new Code(Math.clamp(worth, 1, most), widest.parityPortions());
    }

    private void broken(Flight flight, Dispersal attempt) {
        attempt.breakUp();
        if (flight.nextAttempt() < PROMPT_ATTEMPTS) {
            // In a turn of its own: by then the links know which of them are down.
            loop.execute(() -> disperseAgain(flight));
        }
    }

    private void disperseAgain(Flight flight) {
        if (!closed && !flight.isCommitted() && flight.current() == null) {
            disperse(flight);
        }
    }

    private void held(Flight flight, Dispersal attempt) {
        if (closed || flight.isCommitted() || !counts(attempt)) {
            return;
        }
        flight.commit(attempt.placement());
        sink().held(flight.stripe());
        Flight head = flights.peekFirst();
        while (head != null && head.isCommitted() && !closed) {
            flights.removeFirst();
            laterAttempts.committed(head.stripe().seq(), head.placement().attempt());
            sink().committed(head.stripe(), head.placement());
            head.stripe().release();
            head = flights.peekFirst();
        }
    }

    private boolean counts(Dispersal attempt) {
        return settings.enforces(EngineRule.COMMIT_NEEDS_ALL_NAMED)
                ? attempt.isComplete()
                : attempt.heldCount() >= attempt.header().code().dataPortions();
    }

    private Sink sink() {
        if (sink == null) {
            throw new IllegalStateException("nobody hears of commits");
        }
        return sink;
    }

    private void scheduleSweep() {
        long pause = Math.max(1, settings.appendTimeoutMillis() / SWEEPS_PER_TIMEOUT);
        sweep = loop.schedule(pause, this::sweep);
    }

    /** Looks for stripes that take too long, and for those that wait for room or for pods. */
    private void sweep() {
        sweep = null;
        for (Flight flight : new ArrayList<>(flights)) {
            if (!closed && !flight.isCommitted()) {
                sweep(flight);
            }
        }
        if (!closed && !flights.isEmpty()) {
            scheduleSweep();
        }
    }

    private void sweep(Flight flight) {
        Dispersal attempt = flight.current();
        if (attempt == null) {
            disperse(flight);
            return;
        }
        long waitedNanos = loop.nanoTime() - flight.lastAttemptNanos();
        long patienceMillis = settings.appendTimeoutMillis() * flight.nextAttempt();
        if (waitedNanos < patienceMillis * NANOS_PER_MILLI) {
            return;
        }
        List<Holder> holders = attempt.header().holders();
        for (int index = 0; index < holders.size(); index++) {
            if (!attempt.holds(index)) {
                pods.link(holders.get(index).slot()).suspect();
            }
        }
        disperse(flight);
    }

    /** One portion on its way. */
    private final class Appending implements ReplyListener {
        private final Flight flight;
        private final Dispersal attempt;
        private final int index;
        private final PodLink link;

        Appending(Flight flight, Dispersal attempt, int index, PodLink link) {
            this.flight = flight;
            this.attempt = attempt;
            this.index = index;
            this.link = link;
        }

        @Override
        public void answered(PodReply reply) {
            if (reply instanceof PodReply.Appended) {
                link.trust();
                attempt.heldBy(index);
                held(flight, attempt);
                return;
            }
            if (reply instanceof PodReply.Refused refused) {
                refused(refused);
            } else {
                link.reconnect();
            }
            broken(flight, attempt);
        }

        @Override
        public void lost() {
            broken(flight, attempt);
        }

        private void refused(PodReply.Refused refused) {
            switch (refused.refusal()) {
                case FENCED -> link.refusedEpoch(refused);
                case NO_SPACE -> fullPods.add(link.slot());
                case OTHER_INCARNATION, UNKNOWN_VOLUME, STORE_CLOSED -> link.reconnect();
                case NOT_FOUND, CORRUPT, CONFLICT, INVALID, BUSY -> link.suspect();
            }
        }
    }
}
