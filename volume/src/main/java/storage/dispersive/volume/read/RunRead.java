package storage.dispersive.volume.read;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.volume.map.Placement;
import storage.dispersive.volume.pods.PodLink;

/**
 * Reads one {@link UnitRun}: from the pod that holds it; when that is late, gone or wrong, from the
 * rest of the stripe as well, and the first good answer wins. Tries again, until the time for
 * requests is over, while too few pods answer. Used on the loop's thread only.
 */
final class RunRead {

    /** Hears the end of the read, once. */
    interface Listener {
        void read();

        void failed();
    }

    private static final long HEDGE_MOST_MILLIS = 400;
    private static final long RETRY_MILLIS = 50;

    /** A pod that is cut off neither answers nor fails until its session ends, seconds later. */
    private static final long ASK_MORE_MILLIS = 200;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ReadContext context;
    private final UnitRun run;
    private final Listener listener;
    private final Runnable reconstructed;
    private final BlockSealer sealer;
    private final long deadlineNanos;
    private EventLoop.@Nullable Timer timer;
    private @Nullable Reconstruction reconstruction;
    private int primaries;
    private boolean ended;

    RunRead(ReadContext context, UnitRun run, Listener listener, Runnable reconstructed) {
        this.context = context;
        this.run = run;
        this.listener = listener;
        this.reconstructed = reconstructed;
        sealer = context.keys().of(run.stripe().placement().sealedBy()).blockSealer();
        deadlineNanos =
                context.loop().nanoTime() + context.settings().ioTimeoutMillis() * NANOS_PER_MILLI;
    }

    void start() {
        PodLink link = askPrimary();
        if (link == null) {
            reconstruct();
            return;
        }
        cancelTimer();
        long hedgeMillis =
                link.hedgeAfterMillis(context.settings().hedgeFloorMillis(), HEDGE_MOST_MILLIS);
        timer = context.loop().schedule(hedgeMillis, this::reconstruct);
    }

    /** The pod that was asked for the run itself; null if it cannot be now. */
    private @Nullable PodLink askPrimary() {
        int index = preferred();
        PodLink link = PortionFetch.readable(context.pods(), placement(), index);
        if (link != null) {
            primaries++;
            PortionFetch.start(link, run, index, run.units(), new Primary());
        }
        return link;
    }

    /** Gives up; the listener hears nothing more. */
    void cancel() {
        end();
    }

    private Placement placement() {
        return run.stripe().placement();
    }

    /**
     * The portion to ask first. Where there is one data portion, parity equals it: then it is the
     * one on the pod with the least to do.
     */
    private int preferred() {
        Code code = placement().code();
        if (code.dataPortions() > 1) {
            return run.index();
        }
        int best = run.index();
        int fewest = Integer.MAX_VALUE;
        for (int index = 0; index < code.portions(); index++) {
            PodLink link = PortionFetch.readable(context.pods(), placement(), index);
            if (link != null && !link.isSuspect() && link.readsUnderWay() < fewest) {
                fewest = link.readsUnderWay();
                best = index;
            }
        }
        return best;
    }

    private void reconstruct() {
        if (ended || reconstruction != null) {
            return;
        }
        reconstructed.run();
        reconstruction = new Reconstruction(context.pods(), run, sealer, new Rest());
        askMoreLater();
        reconstruction.start();
    }

    private void askMoreLater() {
        cancelTimer();
        timer = context.loop().schedule(ASK_MORE_MILLIS, this::askMore);
    }

    private void askMore() {
        if (!ended && reconstruction != null) {
            askMoreLater();
            if (primaries == 0) {
                // Its session may be a new one by now, and the rest not enough without it.
                var _ = askPrimary();
            }
            reconstruction.askMore();
        }
    }

    /** Nobody could answer, or only a pod that is late: looks again in a while. */
    private void retryLater() {
        if (ended || reconstruction != null) {
            return;
        }
        if (context.loop().nanoTime() - deadlineNanos >= 0) {
            end();
            listener.failed();
            return;
        }
        cancelTimer();
        timer =
                context.loop()
                        .schedule(RETRY_MILLIS, primaries > 0 ? this::reconstruct : this::start);
    }

    private void succeed() {
        end();
        listener.read();
    }

    private void end() {
        ended = true;
        cancelTimer();
        if (reconstruction != null) {
            reconstruction.release();
            reconstruction = null;
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** The answer of the pod that was asked first. */
    private final class Primary implements PortionFetch.Listener {
        @Override
        public void fetched(int index, ByteBuf units) {
            primaries--;
            if (ended) {
                return;
            }
            if (run.open(sealer, MemorySegment.ofBuffer(units.nioBuffer()))) {
                succeed();
            } else {
                instead();
            }
        }

        @Override
        public void failed(int index) {
            primaries--;
            if (!ended) {
                instead();
            }
        }

        private void instead() {
            if (reconstruction == null) {
                cancelTimer();
                reconstruct();
            }
        }
    }

    /** The answer of the rest of the stripe. */
    private final class Rest implements Reconstruction.Listener {
        @Override
        public void opened() {
            if (!ended) {
                succeed();
            }
        }

        @Override
        public void impossible() {
            if (!ended) {
                reconstruction = null;
                retryLater();
            }
        }
    }
}
