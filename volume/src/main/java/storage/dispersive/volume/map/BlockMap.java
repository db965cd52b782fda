package storage.dispersive.volume.map;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Extent;

/**
 * Takes each logical block to its newest sealed block. Pages of {@value MapPage#BLOCKS} blocks are
 * made where something was written. Changes are applied in the order of the log. Used on the loop's
 * thread only.
 */
public final class BlockMap {

    private static final int PAGES_PER_CHUNK = 1024;
    private static final int CHUNK_BYTES = 16 + 4 * PAGES_PER_CHUNK;

    private long blocks;
    private final List<@Nullable MapPage @Nullable []> chunks;
    private long mappedBlocks;
    private long memoryBytes;

    /** A map of {@code blocks} logical blocks that all read as zeros. */
    public BlockMap(long blocks) {
        chunks = new ArrayList<>(chunksFor(blocks));
        grow(blocks);
    }

    private static int chunksFor(long blocks) {
        return Math.toIntExact(Math.ceilDiv(blocks, (long) MapPage.BLOCKS * PAGES_PER_CHUNK));
    }

    /** The map has so many blocks from now on; those that are added read as zeros. */
    public void grow(long toBlocks) {
        if (toBlocks < blocks) {
            throw new IllegalArgumentException(blocks + " blocks cannot become " + toBlocks);
        }
        blocks = toBlocks;
        while (chunks.size() < chunksFor(toBlocks)) {
            chunks.add(null);
        }
    }

    public long get(long block) {
        MapPage page = page(block / MapPage.BLOCKS);
        return page == null ? MapEntry.ZERO : page.get((int) (block % MapPage.BLOCKS));
    }

    /** Applies a committed stripe. Blocks beyond the end are left out. */
    public void apply(long seq, List<Extent> extents) {
        int ordinal = 0;
        for (Extent extent : extents) {
            switch (extent) {
                case Extent.Written(long first, int count) ->
                        set(first, count, MapEntry.of(seq, ordinal));
                case Extent.Zeroed(long first, long count) -> set(first, count, MapEntry.ZERO);
                case Extent.Moved _ ->
                        throw new UnsupportedOperationException("no cleaner has written this");
                case Extent.MapPage _ -> {
                    // A checkpoint changes nothing that the log before it did not say.
                }
            }
            ordinal += extent.sealedBlocks();
        }
    }

    public long mappedBlocks() {
        return mappedBlocks;
    }

    public long memoryBytes() {
        return memoryBytes;
    }

    private void set(long first, long count, long entry) {
        long end = Math.min(blocks, first + count);
        long block = first;
        while (block < end) {
            long pageNumber = block / MapPage.BLOCKS;
            int within = (int) (block % MapPage.BLOCKS);
            int here = (int) Math.min(end - block, MapPage.BLOCKS - within);
            long entryHere = entry == MapEntry.ZERO ? entry : entry + (block - first);
            setInPage(pageNumber, within, here, entryHere);
            block += here;
        }
    }

    private void setInPage(long pageNumber, int within, int count, long entry) {
        MapPage page = page(pageNumber);
        if (page == null) {
            if (entry == MapEntry.ZERO) {
                return;
            }
            page = addPage(pageNumber);
        }
        mappedBlocks -= page.mapped();
        memoryBytes -= page.memoryBytes();
        page.set(within, count, entry);
        if (page.mapped() == 0) {
            chunk(pageNumber)[(int) (pageNumber % PAGES_PER_CHUNK)] = null;
            return;
        }
        mappedBlocks += page.mapped();
        memoryBytes += page.memoryBytes();
    }

    private @Nullable MapPage page(long pageNumber) {
        @Nullable MapPage[] chunk = chunks.get((int) (pageNumber / PAGES_PER_CHUNK));
        return chunk == null ? null : chunk[(int) (pageNumber % PAGES_PER_CHUNK)];
    }

    private MapPage addPage(long pageNumber) {
        MapPage page = new MapPage();
        chunk(pageNumber)[(int) (pageNumber % PAGES_PER_CHUNK)] = page;
        memoryBytes += page.memoryBytes();
        return page;
    }

    private @Nullable MapPage[] chunk(long pageNumber) {
        int index = (int) (pageNumber / PAGES_PER_CHUNK);
        @Nullable MapPage[] chunk = chunks.get(index);
        if (chunk == null) {
            chunk = new MapPage[PAGES_PER_CHUNK];
            chunks.set(index, chunk);
            memoryBytes += CHUNK_BYTES;
        }
        return chunk;
    }
}
