package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.portion.PortionKey;

/** One file of records: what is in it, where it ends, and how much of it is durable. */
final class SegmentFile {

    private final Environment environment;
    private final SegmentHeader header;
    private final PortionIndex index = new PortionIndex();
    private final GroupCommit commit;
    private String name;
    private long allocatedBytes;
    private long writtenBytes;
    private long durableBytes;
    private long provenBytes;
    private long portionsEnd;
    private boolean retired;
    private boolean sealed;

    private SegmentFile(Environment environment, SegmentHeader header, String name) {
        this.environment = environment;
        this.header = header;
        this.name = name;
        this.commit = new GroupCommit(environment, this);
    }

    /** A file in the making: it has a spare's name until its first sync. */
    static SegmentFile create(Environment environment, SegmentHeader header) throws IOException {
        SparePool spares = environment.spares();
        SparePool.Spare spare = spares.take();
        if (spare == null) {
            SegmentFile file = new SegmentFile(environment, header, spares.newName());
            environment.files().put(file, environment.disk().create(file.name));
            return file;
        }
        SegmentFile file = new SegmentFile(environment, header, spare.name());
        file.allocatedBytes = spare.bytes();
        return file;
    }

    /** A file that was found; what is in it is for {@link SegmentScan} to say. */
    static SegmentFile found(Environment environment, SegmentHeader header, long sizeBytes) {
        SegmentFile file = new SegmentFile(environment, header, header.fileName());
        file.allocatedBytes = sizeBytes;
        environment.space().use(sizeBytes);
        return file;
    }

    SegmentHeader header() {
        return header;
    }

    String fileName() {
        return name;
    }

    PortionIndex index() {
        return index;
    }

    GroupCommit commit() {
        return commit;
    }

    long allocatedBytes() {
        return allocatedBytes;
    }

    /** Where the next record goes; 0 while there is not even a header. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** All before this offset is durable; always the start of a record. */
    long durableBytes() {
        return durableBytes;
    }

    boolean isNamed() {
        return name.equals(header.fileName());
    }

    /**
     * Whether a record still belongs into this file, with room for a mark behind it. The first one
     * does, whatever its length.
     */
    boolean takes(long recordBytes, long seq) {
        boolean isFirst = writtenBytes <= SegmentHeader.BYTES;
        return !sealed
                && index.canAdd(seq)
                && (isFirst
                        || writtenBytes + recordBytes + RecordFormat.SECTOR_BYTES
                                <= environment.limits().segmentFileBytes());
    }

    /** Bytes by which the file would grow. */
    long growthFor(long recordBytes) {
        long end = Staging.pageEnd(nextOffset() + recordBytes);
        return Math.max(0, end - allocatedBytes);
    }

    /**
     * Writes a record and returns where it ends. Not durable yet.
     *
     * @throws DiskFullException leaving the file as it was, in effect
     */
    long append(PortionKey key, int headerBytes, ByteBuf portion) throws IOException {
        int payloadBytes = portion.readableBytes() - headerBytes;
        long offset = nextOffset();
        // Without syncs there is no proof to write down.
        long proof = environment.enforces(StoreRule.SYNC_BEFORE_ACK) ? durableBytes : 0;
        write(new RecordFormat.Prefix(headerBytes, payloadBytes, useId(), proof, key), portion);
        index.add(key.seq(), offset);
        portionsEnd = writtenBytes;
        return writtenBytes;
    }

    /**
     * Writes a record that proves that all portions are durable, unless the last record does. It is
     * left out where there is no room.
     *
     * @return whether there is a mark to be made durable now
     */
    boolean mark() throws IOException {
        boolean isNeeded = provenBytes < portionsEnd && writtenBytes == durableBytes;
        if (retired || !isNeeded || !environment.enforces(StoreRule.SYNC_BEFORE_ACK)) {
            return false;
        }
        try {
            write(
                    new RecordFormat.Prefix(0, 0, useId(), durableBytes, null),
                    Unpooled.EMPTY_BUFFER);
            return true;
        } catch (DiskFullException e) {
            // Without a mark, rot in the last records may pass for a torn write. The next record
            // proves as much.
            return false;
        }
    }

    /** The file is about to be deleted or used again. */
    void retire() {
        retired = true;
        environment.files().close(this);
        environment.backlog().remove(writtenBytes - durableBytes);
    }

    private void write(RecordFormat.Prefix prefix, ByteBuf portion) throws IOException {
        long start = writtenBytes;
        long end = nextOffset() + prefix.recordBytes();
        long pageEnd = Staging.pageEnd(end);
        ByteBuf out = environment.staging().take(Math.toIntExact(pageEnd - start));
        if (start == 0) {
            header.write(out);
        }
        RecordFormat.write(out, prefix, portion);
        out.writeZero(Math.toIntExact(pageEnd - start - out.readableBytes()));
        DiskFile file = environment.files().get(this);
        environment
                .spares()
                .withRoom(() -> {
                    file.write(out.nioBuffer(), start);
                    return file;
                });
        environment.space().use(Math.max(0, pageEnd - allocatedBytes));
        allocatedBytes = Math.max(allocatedBytes, pageEnd);
        environment.backlog().add(end - start);
        writtenBytes = end;
        provenBytes = prefix.durableThrough();
    }

    void takeName() throws IOException {
        if (!isNamed()) {
            environment.disk().rename(name, header.fileName());
            name = header.fileName();
        }
    }

    void becameDurable(long through) {
        environment.backlog().remove(through - durableBytes);
        durableBytes = through;
    }

    /**
     * Sets what a scan found: everything before {@code end}, durable by now; no portion ends behind
     * {@code lastPortionEnd}.
     */
    void recovered(long end, long proven, long lastPortionEnd) {
        writtenBytes = end;
        durableBytes = end;
        provenBytes = proven;
        portionsEnd = lastPortionEnd;
    }

    /** Sets that no record is ever added: the file cannot be read everywhere. */
    void sealed(long end) {
        writtenBytes = end;
        durableBytes = end;
        provenBytes = end;
        sealed = true;
    }

    private long nextOffset() {
        return Math.max(writtenBytes, SegmentHeader.BYTES);
    }

    private long useId() {
        return header.useId();
    }
}
