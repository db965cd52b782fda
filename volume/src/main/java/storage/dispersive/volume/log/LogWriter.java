package storage.dispersive.volume.log;

import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.seal.RunKey;
import storage.dispersive.volume.EngineRule;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.map.BlockMap;
import storage.dispersive.volume.map.MapBudget;
import storage.dispersive.volume.map.Placement;
import storage.dispersive.volume.map.StripeTable;

/**
 * Turns writes and zeroings of whole blocks into stripes: full ones at once, others when few enough
 * are in flight, so that what arrives meanwhile shares a stripe. A stripe is shown to readers, and
 * its operations are answered, when it and all before it are committed. Used on the loop's thread
 * only.
 */
public final class LogWriter implements CommitPipeline.Sink {

    private static final int FULL_PORTION_BLOCKS = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EventLoop loop;
    private final EngineSettings settings;
    private final RunKey runKey;
    private final ByteBufAllocator buffers;
    private final BlockMap map;
    private final StripeTable stripes;
    private final CommitPipeline pipeline;
    private final MapBudget budget;
    private final int fullStripeBlocks;
    private final Deque<PendingOperation> queue = new ArrayDeque<>();
    private final Deque<Sealed> sealed = new ArrayDeque<>();
    private final Deque<Barrier> barriers = new ArrayDeque<>();
    private LogEnd end;
    private long longestCommitNanos;
    private boolean drainScheduled;
    private @Nullable DiskError ended;

    /** The operations of a stripe in flight. */
    private record Sealed(long seq, long sinceNanos, List<PendingOperation> operations) {}

    /** Something that waits until all that was queued before it is committed. */
    private record Barrier(long throughSeq, DiskCompletion action) {}

    /** Stands in the line of barriers once more. */
    private final class Again implements DiskCompletion {
        private final DiskCompletion action;

        Again(DiskCompletion action) {
            this.action = action;
        }

        @Override
        public void succeeded() {
            afterAllBefore(action);
        }

        @Override
        public void failed(DiskError error) {
            action.failed(error);
        }
    }

    /** Where the log ends. */
    public record LogEnd(long nextSeq, long committedThrough, long segment) {}

    public LogWriter(
            EventLoop loop,
            EngineSettings settings,
            Code widest,
            RunKey runKey,
            ByteBufAllocator buffers,
            BlockMap map,
            StripeTable stripes,
            CommitPipeline pipeline,
            MapBudget budget,
            LogEnd end) {
        this.loop = loop;
        this.settings = settings;
        this.runKey = runKey;
        this.buffers = buffers;
        this.map = map;
        this.stripes = stripes;
        this.pipeline = pipeline;
        this.budget = budget;
        this.end = end;
        fullStripeBlocks =
                Math.min(StripeHeader.MAX_BLOCKS, FULL_PORTION_BLOCKS * widest.dataPortions());
    }

    public void write(long firstBlock, MemorySegment source, DiskCompletion completion) {
        long mapBytes = map.memoryBytes() + stripes.memoryBytes();
        if (mapBytes > settings.mapBudgetBytes() || !budget.mayGrow(mapBytes)) {
            completion.failed(DiskError.NO_SPACE);
            return;
        }
        long blocks = source.byteSize() / VirtualDisk.BLOCK_BYTES;
        enqueue(new PendingOperation(firstBlock, blocks, source, completion, loop.nanoTime()));
    }

    public void zero(long firstBlock, long blocks, DiskCompletion completion) {
        MemorySegment none = MemorySegment.NULL;
        enqueue(new PendingOperation(firstBlock, blocks, none, completion, loop.nanoTime()));
    }

    /** Succeeds when everything that was written before is committed. */
    public void afterAllBefore(DiskCompletion action) {
        if (ended != null) {
            action.failed(ended);
            return;
        }
        while (!queue.isEmpty()) {
            if (!pipeline.hasRoom()) {
                // Its place in the log is not known yet: try again behind the next commit.
                barriers.addLast(new Barrier(end.committedThrough + 1, new Again(action)));
                return;
            }
            sealNext();
        }
        if (end.committedThrough == end.nextSeq - 1) {
            action.succeeded();
        } else {
            barriers.addLast(new Barrier(end.nextSeq - 1, action));
        }
    }

    public LogEnd end() {
        return end;
    }

    /** The longest time from a stripe's sealing to its commit since this was last asked. */
    public long takeLongestCommitMillis() {
        long longest = Math.max(longestCommitNanos / NANOS_PER_MILLI, pipeline.oldestMillis());
        longestCommitNanos = 0;
        return longest;
    }

    /** Fails everything that is not answered yet, and all that comes after. */
    public void failAll(DiskError error) {
        ended = error;
        List<PendingOperation> all = new ArrayList<>();
        sealed.forEach(stripe -> all.addAll(stripe.operations));
        all.addAll(queue);
        List<Barrier> waiting = List.copyOf(barriers);
        queue.clear();
        sealed.clear();
        barriers.clear();
        all.forEach(operation -> operation.fail(error));
        waiting.forEach(barrier -> barrier.action.failed(error));
    }

    /** Fails what has waited longer than requests may. */
    public void failOverdue(long nowNanos) {
        long mostNanos = settings.ioTimeoutMillis() * NANOS_PER_MILLI;
        for (Sealed stripe : sealed) {
            for (PendingOperation operation : stripe.operations) {
                if (nowNanos - operation.sinceNanos() > mostNanos) {
                    operation.fail(DiskError.IO);
                }
            }
        }
        dropFromQueue(nowNanos - mostNanos, DiskError.IO);
    }

    @Override
    public void outOfSpace() {
        for (Sealed stripe : sealed) {
            stripe.operations.forEach(operation -> operation.fail(DiskError.NO_SPACE));
        }
        dropFromQueue(loop.nanoTime(), DiskError.NO_SPACE);
    }

    @Override
    public void held(SealedStripe stripe) {
        if (!settings.enforces(EngineRule.ACK_IN_ORDER)) {
            for (Sealed candidate : sealed) {
                if (candidate.seq == stripe.seq()) {
                    candidate.operations.forEach(PendingOperation::stripeCommitted);
                    candidate.operations.clear();
                }
            }
        }
    }

    @Override
    public void committed(SealedStripe stripe, Placement placement) {
        stripes.add(stripe.seq(), placement, stripe.blocks());
        map.apply(stripe.seq(), stripe.extents());
        end = new LogEnd(end.nextSeq, stripe.seq(), end.segment);
        Sealed done = sealed.peekFirst();
        if (done != null && done.seq == stripe.seq()) {
            sealed.removeFirst();
            longestCommitNanos = Math.max(longestCommitNanos, loop.nanoTime() - done.sinceNanos);
            done.operations.forEach(PendingOperation::stripeCommitted);
        }
        runBarriers();
        drainSoon();
    }

    private void enqueue(PendingOperation operation) {
        if (ended != null) {
            operation.fail(ended);
            return;
        }
        queue.addLast(operation);
        drainSoon();
    }

    /** At the end of the loop's turn, so that what arrives together is sealed together. */
    private void drainSoon() {
        if (!drainScheduled && !queue.isEmpty()) {
            drainScheduled = true;
            loop.execute(this::drain);
        }
    }

    private void drain() {
        drainScheduled = false;
        while (!queue.isEmpty() && pipeline.hasRoom()) {
            boolean few = pipeline.inFlight() < settings.maxThinStripesInFlight();
            if (!few && !fillsStripe()) {
                return;
            }
            sealNext();
        }
    }

    private boolean fillsStripe() {
        long blocks = 0;
        for (PendingOperation operation : queue) {
            blocks += operation.hasData() ? operation.remaining() : 0;
            if (blocks >= fullStripeBlocks) {
                return true;
            }
        }
        return false;
    }

    private void sealNext() {
        StripeBuilder builder = new StripeBuilder(fullStripeBlocks);
        builder.takeFrom(queue);
        long seq = end.nextSeq;
        SealedStripe.Content content = builder.seal(seq, runKey.blockSealer(), buffers);
        end = new LogEnd(seq + 1, end.committedThrough, nextSegment());
        var standing =
                new SealedStripe.Standing(
                        end.committedThrough, end.segment, pipeline.laterAttempts());
        sealed.addLast(new Sealed(seq, loop.nanoTime(), builder.operations()));
        pipeline.submit(new SealedStripe(seq, runKey.run(), standing, content));
    }

    private long nextSegment() {
        if (!pipeline.isSegmentFull()) {
            return end.segment;
        }
        pipeline.beginSegment();
        return end.segment + 1;
    }

    private void runBarriers() {
        while (!barriers.isEmpty() && barriers.getFirst().throughSeq <= end.committedThrough) {
            barriers.removeFirst().action.succeeded();
        }
    }

    private void dropFromQueue(long arrivedByNanos, DiskError error) {
        while (!queue.isEmpty() && queue.getFirst().sinceNanos() - arrivedByNanos <= 0) {
            queue.removeFirst().fail(error);
        }
    }
}
