package storage.dispersive.volume.read;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.volume.map.BlockMap;
import storage.dispersive.volume.map.MapEntry;
import storage.dispersive.volume.map.StripeTable;
import storage.dispersive.volume.map.StripeTable.Stripe;

/**
 * Reads whole blocks: splits a request into runs that each lie in one portion, and reads them in
 * parallel. Used on the loop's thread only.
 */
public final class BlockReader {

    private final ReadContext context;
    private final BlockMap map;
    private final StripeTable stripes;
    private final Set<Request> active = new LinkedHashSet<>();
    private long reconstructed;
    private @Nullable DiskError ended;

    public BlockReader(ReadContext context, BlockMap map, StripeTable stripes) {
        this.context = context;
        this.map = map;
        this.stripes = stripes;
    }

    /** Runs that were computed from other portions, or where that was begun. */
    public long reconstructed() {
        return reconstructed;
    }

    /** Reads blocks as they are committed now; {@code destination} is a multiple of the block. */
    public void read(long firstBlock, MemorySegment destination, DiskCompletion completion) {
        if (ended != null) {
            completion.failed(ended);
            return;
        }
        List<UnitRun> runs = runs(firstBlock, destination);
        if (runs.isEmpty()) {
            completion.succeeded();
            return;
        }
        Request request = new Request(runs.size(), completion);
        for (UnitRun run : runs) {
            RunRead read = new RunRead(context, run, request, () -> reconstructed++);
            request.reads.add(read);
        }
        active.add(request);
        List.copyOf(request.reads).forEach(RunRead::start);
    }

    /** Fails everything that is not answered yet, and all that comes after. */
    public void failAll(DiskError error) {
        ended = error;
        List.copyOf(active).forEach(request -> request.fail(error));
    }

    /** The runs of a request; what was never written is zeroed on the way. */
    private List<UnitRun> runs(long firstBlock, MemorySegment destination) {
        int count = (int) (destination.byteSize() / VirtualDisk.BLOCK_BYTES);
        List<UnitRun> runs = new ArrayList<>();
        int at = 0;
        while (at < count) {
            long entry = map.get(firstBlock + at);
            int length;
            if (entry == MapEntry.ZERO) {
                length = zeros(firstBlock + at, count - at);
                slice(destination, at, length).fill((byte) 0);
            } else {
                Stripe stripe = stripes.get(MapEntry.seq(entry));
                int full = stripe.unitsPerPortion();
                int ordinal = MapEntry.ordinal(entry);
                int most = Math.min(count - at, full - ordinal % full);
                length = consecutive(firstBlock + at, entry, most);
                runs.add(
                        new UnitRun(
                                stripe,
                                ordinal / full,
                                ordinal % full,
                                length,
                                firstBlock + at,
                                slice(destination, at, length)));
            }
            at += length;
        }
        return runs;
    }

    private int zeros(long block, int most) {
        int length = 1;
        while (length < most && map.get(block + length) == MapEntry.ZERO) {
            length++;
        }
        return length;
    }

    private int consecutive(long block, long entry, int most) {
        int length = 1;
        while (length < most && map.get(block + length) == entry + length) {
            length++;
        }
        return length;
    }

    private static MemorySegment slice(MemorySegment destination, int firstBlock, int blocks) {
        return destination.asSlice(
                (long) firstBlock * VirtualDisk.BLOCK_BYTES,
                (long) blocks * VirtualDisk.BLOCK_BYTES);
    }

    /** One request, until all of its runs are read or one cannot be. */
    private final class Request implements RunRead.Listener {
        private final DiskCompletion completion;
        private final List<RunRead> reads = new ArrayList<>();
        private int remaining;

        Request(int runs, DiskCompletion completion) {
            this.remaining = runs;
            this.completion = completion;
        }

        @Override
        public void read() {
            remaining--;
            if (remaining == 0) {
                active.remove(this);
                completion.succeeded();
            }
        }

        @Override
        public void failed() {
            fail(DiskError.IO);
        }

        void fail(DiskError error) {
            if (active.remove(this)) {
                reads.forEach(RunRead::cancel);
                completion.failed(error);
            }
        }
    }
}
