package storage.dispersive.volume.map;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.portion.StripeHeader;

/**
 * The placement of every committed stripe, by seq: eight bytes for each, as few placements differ.
 * Stripes are added in the order of seq. Used on the loop's thread only.
 */
public final class StripeTable {

    private static final int CHUNK_STRIPES = 1024;
    private static final int BLOCKS_BITS = 16;

    private final List<long[]> chunks = new ArrayList<>();
    private final List<Placement> placements = new ArrayList<>();
    private final Map<Placement, Integer> known = new HashMap<>();
    private long lastSeq;

    /** A stripe as the table knows it. */
    public record Stripe(long seq, Placement placement, int blocks) {

        public int unitsPerPortion() {
            return placement.code().unitsPerPortion(blocks);
        }
    }

    public void add(long seq, Placement placement, int blocks) {
        if (seq != lastSeq + 1 || blocks < 0 || blocks > StripeHeader.MAX_BLOCKS) {
            throw new IllegalArgumentException("stripe " + seq + " after " + lastSeq);
        }
        int id = known.computeIfAbsent(placement, this::register);
        int within = (int) (seq % CHUNK_STRIPES);
        while (chunks.size() <= seq / CHUNK_STRIPES) {
            chunks.add(new long[CHUNK_STRIPES]);
        }
        chunks.get((int) (seq / CHUNK_STRIPES))[within] = (long) id << BLOCKS_BITS | blocks;
        lastSeq = seq;
    }

    public Stripe get(long seq) {
        if (seq < 1 || seq > lastSeq) {
            throw new IllegalArgumentException("no stripe " + seq + " of " + lastSeq);
        }
        long packed = chunks.get((int) (seq / CHUNK_STRIPES))[(int) (seq % CHUNK_STRIPES)];
        int blocks = (int) (packed & (1 << BLOCKS_BITS) - 1);
        return new Stripe(seq, placements.get((int) (packed >>> BLOCKS_BITS)), blocks);
    }

    public long memoryBytes() {
        return (long) chunks.size() * CHUNK_STRIPES * Long.BYTES;
    }

    private int register(Placement placement) {
        placements.add(placement);
        return placements.size() - 1;
    }
}
