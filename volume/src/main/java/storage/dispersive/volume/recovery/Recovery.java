package storage.dispersive.volume.recovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.History;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.StripeKind;
import storage.dispersive.volume.EngineRule;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.volume.keys.RunKeys;
import storage.dispersive.volume.log.CommitPipeline;
import storage.dispersive.volume.log.SealedStripe;
import storage.dispersive.volume.map.BlockMap;
import storage.dispersive.volume.map.Placement;
import storage.dispersive.volume.map.StripeTable;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;
import storage.dispersive.volume.pods.Tenure;

/**
 * What an attach does between its fence and its first answer to a request: lists what the pods
 * hold, decides which log that is, replays it into the map, disperses again what may have been
 * committed, and commits a start record. Used on the loop's thread only.
 */
public final class Recovery implements CommitPipeline.Sink {

    /** Hears the end. */
    public interface Listener {
        /** All is recovered and the start record is committed. */
        void recovered(long nextSeq, long segment);

        /** What it does now, or what it lacks to go on; for a person. */
        void isAt(String what);
    }

    /** What the recovery works on. */
    public record Subject(
            VolumeSpec spec,
            Tenure tenure,
            RunKeys keys,
            Pods pods,
            CommitPipeline pipeline,
            BlockMap map,
            StripeTable stripes) {}

    private final Subject subject;
    private final EngineSettings settings;
    private final EventLoop loop;
    private final ByteBufAllocator buffers;
    private final Listener listener;
    private final LogScan scan;
    private final Gathering gathering;
    private final Deque<Sighting> toComplete = new ArrayDeque<>();
    private Verdict.@Nullable Adopt adopted;
    private @Nullable LogReplay replay;
    private @Nullable StripeFetch fetch;
    private boolean startSent;
    private boolean ended;
    private int completing;

    public Recovery(
            Subject subject,
            EngineSettings settings,
            EventLoop loop,
            ByteBufAllocator buffers,
            Listener listener) {
        this.subject = subject;
        this.settings = settings;
        this.loop = loop;
        this.buffers = buffers;
        this.listener = listener;
        this.scan = new LogScan(subject.spec(), settings);
        int members = subject.spec().members().size();
        this.gathering = new Gathering(scan, members, settings, loop, new Gathered());
        subject.pipeline().deliverTo(this);
    }

    /** A pod is fenced: its lists count. */
    public void podUp(PodLink link) {
        if (ended) {
            return;
        }
        if (adopted == null) {
            gathering.add(stream(link, gathering));
        } else if (replay != null) {
            replay.add(stream(link, replay));
        }
    }

    public void close() {
        ended = true;
        gathering.close();
        if (fetch != null) {
            fetch.close();
        }
        if (replay != null) {
            replay.close();
        }
    }

    private HeaderStream stream(PodLink link, HeaderStream.Listener hearing) {
        return new HeaderStream(link, subject.spec().id(), subject.keys(), hearing);
    }

    /** Hears which log it is. */
    private final class Gathered implements Gathering.Listener {
        @Override
        public void decided(Verdict.Adopt log) {
            adopt(log);
        }

        @Override
        public void waitsFor(String what) {
            listener.isAt(what);
        }
    }

    private void adopt(Verdict.Adopt verdict) {
        adopted = verdict;
        listener.isAt("reading the log");
        toComplete.addAll(verdict.kept());
        replay =
                new LogReplay(
                        verdict.ranges(),
                        verdict.laterAttempts(),
                        this::replay,
                        new Replayed(verdict));
        for (PodLink link : gathering.listed()) {
            if (link.isUp() && replay != null) {
                replay.add(stream(link, replay));
            }
        }
    }

    private void replay(StripeHeader header) {
        subject.stripes().add(header.seq(), Placement.of(header), header.blocks());
        subject.map().apply(header.seq(), header.extents());
    }

    /** Hears when all that is committed stands in the map. */
    private final class Replayed implements LogReplay.Listener {
        private final Verdict.Adopt verdict;

        Replayed(Verdict.Adopt verdict) {
            this.verdict = verdict;
        }

        @Override
        public void replayed() {
            replay = null;
            if (!ended) {
                long startSeq = verdict.committedThrough() + verdict.kept().size() + 1;
                subject.pipeline().startsAt(startSeq);
                subject.pipeline().adopt(verdict.committedThrough(), verdict.laterAttempts());
                completeNext();
            }
        }

        @Override
        public void waitsFor(String what) {
            listener.isAt(what);
        }
    }

    private void completeNext() {
        Sighting next = toComplete.pollFirst();
        if (next == null) {
            startWhenAdopted();
            return;
        }
        fetch =
                new StripeFetch(
                        next, subject.pods(), loop, buffers, blocks -> complete(next, blocks));
        fetch.start();
    }

    private void complete(Sighting sighting, ByteBuf blocks) {
        fetch = null;
        if (ended) {
            blocks.release();
            return;
        }
        StripeHeader header = sighting.header();
        var content = new SealedStripe.Content(header.extents(), blocks);
        completing++;
        subject.pipeline()
                .submit(
                        new SealedStripe(
                                header.seq(),
                                header.sealedBy(),
                                standing(adoptedLog().committedThrough()),
                                content));
        completeNext();
    }

    private void startWhenAdopted() {
        boolean wait = completing > 0 && settings.enforces(EngineRule.START_AFTER_ADOPTED);
        if (startSent || wait) {
            return;
        }
        startSent = true;
        Verdict.Adopt log = adoptedLog();
        long seq = log.committedThrough() + log.kept().size() + 1;
        subject.pipeline()
                .submit(
                        SealedStripe.start(
                                seq,
                                subject.tenure().run(),
                                standing(seq - 1),
                                historyWithKept(log),
                                Unpooled.buffer(0)));
        if (!settings.enforces(EngineRule.SERVE_AFTER_START)) {
            listener.recovered(seq + 1, scan.nextSegment());
        }
    }

    private History historyWithKept(Verdict.Adopt log) {
        if (log.kept().isEmpty()) {
            return log.history();
        }
        Epoch epoch = subject.tenure().epoch();
        List<History.Completed> completed = new ArrayList<>(log.history().completed());
        long first = log.committedThrough() + 1;
        completed.add(new History.Completed(first, first + log.kept().size() - 1, epoch));
        History history = log.history();
        return new History(
                history.parentEpoch(), history.parentSeq(), history.parentThrough(), completed);
    }

    private SealedStripe.Standing standing(long committedThrough) {
        return new SealedStripe.Standing(
                committedThrough, scan.nextSegment(), subject.pipeline().laterAttempts());
    }

    private Verdict.Adopt adoptedLog() {
        if (adopted == null) {
            throw new IllegalStateException("nothing is decided yet");
        }
        return adopted;
    }

    @Override
    public void committed(SealedStripe stripe, Placement placement) {
        subject.stripes().add(stripe.seq(), placement, stripe.blocks());
        subject.map().apply(stripe.seq(), stripe.extents());
        if (stripe.kind() == StripeKind.START) {
            ended = true;
            listener.recovered(stripe.seq() + 1, scan.nextSegment());
            return;
        }
        completing--;
        if (completing == 0 && toComplete.isEmpty() && fetch == null) {
            startWhenAdopted();
        }
    }

    @Override
    public void held(SealedStripe stripe) {
        // Nobody waits for a single stripe here.
    }

    @Override
    public void outOfSpace() {
        listener.isAt("the stores have no room, not even in their reserve");
    }
}
