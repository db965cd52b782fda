package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.portion.MalformedPortionException;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;

/**
 * Finds the records of one file when the store is opened, in one pass and bounded memory.
 *
 * <p>Behind a bad record it goes on by sectors to the end of the file. What lies before the
 * greatest {@code durableThrough} of a good record was durable: a gap there is damage. The first
 * gap behind it is where the log ends; what follows was never acknowledged, and its first sectors
 * are wiped, so that it cannot come back behind records that are yet to be written. Payloads are
 * compared with their checksums only where durability is not proven; elsewhere reads do that.
 */
final class SegmentScan {

    private static final int WINDOW_BYTES = 256 << 10;

    private final Environment environment;
    private final SegmentFile segment;
    private final DiskFile file;
    private final long sizeBytes;
    private final ByteBuf window;
    private long windowStart;
    private final Deque<Long> openGaps = new ArrayDeque<>();
    private final Deque<Long> unproven = new ArrayDeque<>();
    private long provenBytes;
    private long portionsEnd;
    private boolean damaged;
    private boolean unreadable;

    private SegmentScan(Environment environment, SegmentFile segment, ByteBuf window)
            throws IOException {
        this.environment = environment;
        this.segment = segment;
        this.window = window;
        this.file = environment.files().get(segment);
        this.sizeBytes = file.sizeBytes();
    }

    /**
     * Fills the segment's index, and syncs what it accepts.
     *
     * @return whether something that had been durable is bad now
     */
    static boolean run(Environment environment, SegmentFile segment) throws IOException {
        ByteBuf window = Unpooled.directBuffer(WINDOW_BYTES, WINDOW_BYTES);
        try {
            SegmentScan scan = new SegmentScan(environment, segment, window);
            long lastEnd = scan.findRecords();
            long end = scan.findEnd(lastEnd);
            if (scan.unreadable) {
                // Where the log ends is not known: keep what is good, and write nothing to it.
                scan.file.syncNow();
                segment.sealed(lastEnd);
                return true;
            }
            scan.dropFrom(end);
            scan.file.syncNow();
            segment.recovered(end, scan.provenBytes, Math.min(end, scan.portionsEnd));
            if (segment.mark()) {
                // Durable before anything is served, or a second crash would lose it again.
                scan.file.syncNow();
                segment.becameDurable(segment.writtenBytes());
            }
            return scan.damaged;
        } finally {
            window.release();
        }
    }

    /** Where the last good record ends. */
    private long findRecords() throws IOException {
        long offset = SegmentHeader.BYTES;
        long end = offset;
        boolean inGap = false;
        while (offset + RecordFormat.PREFIX_BYTES <= sizeBytes) {
            RecordFormat.@Nullable Prefix record = recordAt(offset);
            if (record == null) {
                if (!inGap) {
                    openGaps.addLast(offset);
                }
                inGap = true;
                offset += RecordFormat.SECTOR_BYTES;
                continue;
            }
            inGap = false;
            prove(record.durableThrough());
            unproven.addLast(offset);
            if (record.key() != null) {
                segment.index().add(record.key().seq(), offset);
                portionsEnd = offset + record.recordBytes();
            }
            offset += record.recordBytes();
            end = offset;
        }
        return end;
    }

    private void prove(long durableThrough) {
        provenBytes = Math.max(provenBytes, durableThrough);
        while (!openGaps.isEmpty() && openGaps.getFirst() < provenBytes) {
            openGaps.removeFirst();
            damaged = true;
        }
        while (!unproven.isEmpty() && unproven.getFirst() < provenBytes) {
            unproven.removeFirst();
        }
    }

    /** Where the log ends: at the first bad record of the part that was not proven durable. */
    private long findEnd(long lastEnd) throws IOException {
        long gap = openGaps.isEmpty() ? lastEnd : Math.min(lastEnd, openGaps.getFirst());
        for (long offset : unproven) {
            if (offset >= gap) {
                return gap;
            }
            if (!hasWholePayload(offset)) {
                return offset;
            }
        }
        return gap;
    }

    private boolean hasWholePayload(long offset) throws IOException {
        RecordFormat.@Nullable Prefix record = recordAt(offset);
        if (record == null) {
            return false;
        }
        if (record.key() == null) {
            return true;
        }
        PortionHeader header;
        try {
            ByteBuf bytes = at(offset + RecordFormat.PREFIX_BYTES, record.headerBytes());
            header = PortionFormat.readHeader(bytes.slice(0, record.headerBytes()));
        } catch (MalformedPortionException | IndexOutOfBoundsException e) {
            return false;
        }
        long unitAt = offset + record.headBytes();
        for (int sum : header.unitSums()) {
            ByteBuf unit = at(unitAt, PortionFormat.UNIT_BYTES);
            if (unit.readableBytes() < PortionFormat.UNIT_BYTES
                    || Checksums.of(unit, 0, PortionFormat.UNIT_BYTES) != sum) {
                return false;
            }
            unitAt += PortionFormat.UNIT_BYTES;
        }
        return true;
    }

    private void dropFrom(long end) throws IOException {
        for (int sector : segment.index().sectorsBetween(end, Long.MAX_VALUE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(RecordFormat.SECTOR_BYTES);
            file.write(zeros, (long) sector * RecordFormat.SECTOR_BYTES);
        }
        segment.index().removeFrom(end);
    }

    private RecordFormat.@Nullable Prefix recordAt(long offset) throws IOException {
        ByteBuf bytes = at(offset, RecordFormat.PREFIX_BYTES);
        RecordFormat.Prefix record = RecordFormat.parse(bytes, 0);
        if (record == null || offset + record.recordBytes() > Staging.pageEnd(sizeBytes)) {
            return null;
        }
        bytes = at(offset, record.headBytes());
        boolean intact = environment.reader().isIntact(bytes, 0, record, segment.header().useId());
        return intact && record.durableThrough() <= offset ? record : null;
    }

    /** A view that begins at {@code offset} and has {@code bytes} bytes, fewer at the end. */
    private ByteBuf at(long offset, int bytes) throws IOException {
        if (offset < windowStart || offset + bytes > windowStart + window.writerIndex()) {
            windowStart = offset;
            window.clear();
            ByteBuffer target = window.nioBuffer(0, WINDOW_BYTES);
            try {
                window.writerIndex(file.read(target, offset));
            } catch (IOException e) {
                // As if it held nothing; see run().
                unreadable = true;
                window.writeZero(WINDOW_BYTES);
            }
        }
        int from = Math.toIntExact(offset - windowStart);
        return window.slice(from, Math.clamp(window.writerIndex() - from, 0, bytes));
    }
}
