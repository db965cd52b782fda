package storage.dispersive.volume.recovery;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.History;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;

/**
 * Reads the committed stripes in the order of the log, from lists of several pods at once: always
 * from the one that is furthest behind, so that no more than a page of each has to wait in memory.
 * Used on the loop's thread only.
 */
final class LogReplay implements HeaderStream.Listener {

    /** Hears the end, or what it waits for. */
    interface Listener {
        void replayed();

        void waitsFor(String what);
    }

    private final List<History.Completed> ranges;
    private final LogScan scan;
    private final Consumer<StripeHeader> inOrder;
    private final Listener listener;
    private final Map<Long, StripeHeader> ahead = new HashMap<>();
    private final Map<HeaderStream, Long> idle = new LinkedHashMap<>();
    private final Map<HeaderStream, Long> reached = new HashMap<>();
    private int reading;
    private int range;
    private long next = 1;
    private boolean done;

    LogReplay(
            List<History.Completed> ranges,
            LogScan scan,
            Consumer<StripeHeader> inOrder,
            Listener listener) {
        this.ranges = ranges;
        this.scan = scan;
        this.inOrder = inOrder;
        this.listener = listener;
    }

    /** Lists of one more pod may be read. */
    void add(HeaderStream stream) {
        idle.put(stream, 0L);
        reached.put(stream, 0L);
        advance();
    }

    void close() {
        done = true;
    }

    @Override
    public void header(HeaderStream stream, PortionHeader header) {
        StripeHeader stripe = header.stripe();
        Epoch epoch = epochOf(stripe.seq());
        if (epoch == null || !epoch.equals(stripe.epoch())) {
            return;
        }
        reached.merge(stream, stripe.seq(), Math::max);
        if (stripe.seq() >= next
                && stripe.attempt() == scan.committedAttempt(epoch, stripe.seq())) {
            ahead.put(stripe.seq(), stripe);
        }
    }

    @Override
    public void pageEnd(HeaderStream stream) {
        reading--;
        idle.put(stream, reached.getOrDefault(stream, 0L));
        advance();
    }

    @Override
    public void end(HeaderStream stream) {
        reading--;
        reached.remove(stream);
        advance();
    }

    @Override
    public void broken(HeaderStream stream, String why) {
        end(stream);
    }

    private void advance() {
        if (done) {
            return;
        }
        StripeHeader stripe = ahead.remove(next);
        while (stripe != null) {
            inOrder.accept(stripe);
            next++;
            stripe = ahead.remove(next);
        }
        if (epochOf(next) == null) {
            done = true;
            listener.replayed();
        } else if (reading == 0) {
            readOn();
        }
    }

    private void readOn() {
        HeaderStream behind = null;
        long least = Long.MAX_VALUE;
        for (Map.Entry<HeaderStream, Long> entry : idle.entrySet()) {
            if (entry.getValue() < least) {
                least = entry.getValue();
                behind = entry.getKey();
            }
        }
        if (behind == null) {
            listener.waitsFor("no pod that answers holds the committed stripe " + next);
            return;
        }
        idle.remove(behind);
        reading++;
        behind.next();
    }

    /** The epoch under which a committed seq stands in the log; null above the committed ones. */
    private @Nullable Epoch epochOf(long seq) {
        while (range < ranges.size() && ranges.get(range).throughSeq() < Math.min(seq, next)) {
            range++;
        }
        for (int i = range; i < ranges.size(); i++) {
            if (seq >= ranges.get(i).fromSeq() && seq <= ranges.get(i).throughSeq()) {
                return ranges.get(i).epoch();
            }
        }
        return null;
    }
}
