package storage.dispersive.volume.read;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.portion.Code;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.volume.map.StripeTable.Stripe;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;

/**
 * Computes the units of one portion from other portions of its stripe. Asks as many pods as it
 * needs and one more for each that fails or is late. If the result does not open although checksums
 * were right, some portion lies: then all others are asked, and sets are tried that leave one out
 * each. Used on the loop's thread only.
 */
final class Reconstruction implements PortionFetch.Listener {

    /** Hears the end, once. */
    interface Listener {
        void opened();

        /** Not with the pods that answer now. */
        void impossible();
    }

    private final Pods pods;
    private final UnitRun run;
    private final BlockSealer sealer;
    private final Listener listener;
    private final Code code;
    private final @Nullable ByteBuf[] fetched;
    private final List<Integer> untried = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private int underWay;
    private int present;
    private int late;
    private boolean released;

    Reconstruction(Pods pods, UnitRun run, BlockSealer sealer, Listener listener) {
        this.pods = pods;
        this.run = run;
        this.sealer = sealer;
        this.listener = listener;
        code = run.stripe().placement().code();
        fetched = new ByteBuf[code.portions()];
    }

    void start() {
        for (int index = 0; index < code.portions(); index++) {
            if (index != run.index()) {
                untried.add(index);
            }
        }
        untried.sort(Comparator.comparingInt(this::reluctance));
        progress();
    }

    /**
     * Those that were asked are late, and may be for long: asks others for them, also such as
     * failed, whose sessions may be new ones by now.
     */
    void askMore() {
        if (!released) {
            untried.addAll(failed);
            failed.clear();
            late = underWay;
            progress();
        }
    }

    void release() {
        released = true;
        for (int i = 0; i < fetched.length; i++) {
            ByteBuf units = fetched[i];
            if (units != null) {
                units.release();
                fetched[i] = null;
            }
        }
    }

    @Override
    public void fetched(int index, ByteBuf units) {
        underWay--;
        if (released) {
            return;
        }
        fetched[index] = units.retainedSlice();
        present++;
        progress();
    }

    @Override
    public void failed(int index) {
        underWay--;
        if (!released) {
            failed.add(index);
            progress();
        }
    }

    /** Asks for what is needed; when enough is there and does not open, for one more each time. */
    private void progress() {
        if (present >= code.dataPortions() && open()) {
            release();
            listener.opened();
            return;
        }
        while (underWay < Math.max(1, code.dataPortions() - present) + late && askNext()) {
            // Padding is present at once, and may be the last that was needed.
        }
        if (underWay == 0) {
            boolean last = present >= code.dataPortions() && open();
            release();
            if (last) {
                listener.opened();
            } else {
                listener.impossible();
            }
        }
    }

    /** Asks the next pod, or takes units that are all padding as they are. */
    private boolean askNext() {
        while (!untried.isEmpty()) {
            int index = untried.removeFirst();
            int units = unitsOf(index);
            if (units == 0) {
                fetched[index] = Unpooled.EMPTY_BUFFER;
                present++;
                return true;
            }
            PodLink link = PortionFetch.readable(pods, run.stripe().placement(), index);
            if (link != null) {
                underWay++;
                PortionFetch.start(link, run, index, units, this);
                return true;
            }
            failed.add(index);
        }
        return false;
    }

    /** Units of the range that portion {@code index} stores; what it lacks is zeros. */
    private int unitsOf(int index) {
        Stripe stripe = run.stripe();
        return Math.clamp(code.unitsIn(index, stripe.blocks()) - run.firstUnit(), 0, run.units());
    }

    private int reluctance(int index) {
        if (unitsOf(index) == 0) {
            return -1;
        }
        PodLink link = PortionFetch.readable(pods, run.stripe().placement(), index);
        return link == null ? Integer.MAX_VALUE : link.isSuspect() ? 1 << 20 : link.readsUnderWay();
    }

    /** Tries what was fetched, all of it and then without each portion in turn. */
    private boolean open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(run.bytes(), Long.BYTES);
            if (open(out, -1)) {
                return true;
            }
            for (int without = 0; without < fetched.length; without++) {
                boolean spare = present > code.dataPortions() && fetched[without] != null;
                if (spare && open(out, without)) {
                    return true;
                }
            }
            return false;
        }
    }

    private boolean open(MemorySegment out, int without) {
        @Nullable MemorySegment[] from = new MemorySegment[fetched.length];
        for (int i = 0; i < from.length; i++) {
            ByteBuf units = fetched[i];
            if (units != null && i != without) {
                from[i] = MemorySegment.ofBuffer(units.nioBuffer());
            }
        }
        ErasureCode.of(code.dataPortions(), code.parityPortions())
                .reconstruct(from, new int[] {run.index()}, new MemorySegment[] {out}, run.bytes());
        return run.open(sealer, out);
    }
}
