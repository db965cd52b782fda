package storage.dispersive.volume.recovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.History;
import storage.dispersive.portion.PortionHeader;
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
import storage.dispersive.wire.PodReply.Damage;

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
    private final Set<PodLink> listing = new LinkedHashSet<>();
    private final Set<PodLink> listed = new LinkedHashSet<>();
    private final Deque<Sighting> toComplete = new ArrayDeque<>();
    private Verdict.@Nullable Adopt adopted;
    private @Nullable LogReplay replay;
    private @Nullable StripeFetch fetch;
    private boolean gathering;
    private boolean gathered;
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
        subject.pipeline().deliverTo(this);
    }

    /** A pod is fenced: its lists count. */
    public void podUp(PodLink link) {
        if (ended) {
            return;
        }
        if (adopted == null) {
            if (!listed.contains(link) && listing.add(link)) {
                stream(link, new Scanning()).next();
            }
        } else if (replay != null) {
            replay.add(stream(link, replay));
        }
    }

    public void close() {
        ended = true;
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

    /** The first reading of a pod's list. */
    private final class Scanning implements HeaderStream.Listener {
        @Override
        public void header(HeaderStream stream, PortionHeader header) {
            scan.add(header);
        }

        @Override
        public void pageEnd(HeaderStream stream) {
            if (!ended) {
                stream.next();
            }
        }

        @Override
        public void end(HeaderStream stream) {
            listing.remove(stream.link());
            listed.add(stream.link());
            if (stream.damage() == Damage.NONE
                    || !settings.enforces(EngineRule.DAMAGE_IS_NO_ANSWER)) {
                scan.answered(stream.link().member());
            }
            decideSoon();
        }

        @Override
        public void broken(HeaderStream stream, String why) {
            listing.remove(stream.link());
            decideSoon();
        }
    }

    /** With all answers at once; with k of them after some patience for the others. */
    private void decideSoon() {
        if (ended || adopted != null) {
            return;
        }
        if (listed.size() == subject.spec().members().size()) {
            gathered = true;
        }
        if (gathered && listing.isEmpty()) {
            decide();
        } else if (!gathering && !gathered) {
            gathering = true;
            loop.schedule(settings.gatherMillis(), this::gatheringEnds);
        }
    }

    private void gatheringEnds() {
        gathered = true;
        decideSoon();
    }

    private void decide() {
        switch (scan.decide()) {
            case Verdict.Wait(String why) -> listener.isAt(why);
            case Verdict.Adopt verdict -> adopt(verdict);
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
        for (PodLink link : listed) {
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
