package storage.dispersive.volume.log;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import storage.dispersive.checksum.Crc32c;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.History;
import storage.dispersive.portion.LaterAttempt;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.StripeKind;

/**
 * A stripe that was sealed once and may be dispersed more than once. Its sealed blocks stand one
 * after the other, so every data portion is a slice, whatever the width.
 *
 * <p>Owns its buffer until {@link #release}.
 */
public final class SealedStripe {

    private final long seq;
    private final StripeKind kind;
    private final RunId sealedBy;
    private final Standing standing;
    private final List<Extent> extents;
    private final History history;
    private final ByteBuf sealedBlocks;
    private final int[] sums;

    /**
     * What a stripe says of the log at the time of its sealing.
     *
     * @param laterAttempts of stripes committed not long before
     */
    public record Standing(long committedThrough, long segment, List<LaterAttempt> laterAttempts) {
        public Standing {
            laterAttempts = List.copyOf(laterAttempts);
        }
    }

    /** What a stripe holds: its extents and their sealed blocks, whose buffer is taken over. */
    public record Content(List<Extent> extents, ByteBuf sealedBlocks) {
        public Content {
            extents = List.copyOf(extents);
            int blocks = extents.stream().mapToInt(Extent::sealedBlocks).sum();
            if (sealedBlocks.readableBytes() != blocks * PortionFormat.UNIT_BYTES) {
                throw new IllegalArgumentException(
                        blocks + " blocks do not take " + sealedBlocks.readableBytes() + " bytes");
            }
        }
    }

    public SealedStripe(long seq, RunId sealedBy, Standing standing, Content content) {
        this(seq, StripeKind.DATA, sealedBy, standing, content, History.NONE);
    }

    private SealedStripe(
            long seq,
            StripeKind kind,
            RunId sealedBy,
            Standing standing,
            Content content,
            History history) {
        this.seq = seq;
        this.kind = kind;
        this.sealedBy = sealedBy;
        this.standing = standing;
        this.extents = content.extents();
        this.history = history;
        this.sealedBlocks = content.sealedBlocks();
        this.sums = sumUnits(sealedBlocks);
    }

    /** The start record of an epoch. */
    public static SealedStripe start(
            long seq, RunId run, Standing standing, History history, ByteBuf empty) {
        Content content = new Content(List.of(), empty);
        return new SealedStripe(seq, StripeKind.START, run, standing, content, history);
    }

    public long seq() {
        return seq;
    }

    public StripeKind kind() {
        return kind;
    }

    public RunId sealedBy() {
        return sealedBy;
    }

    public Standing standing() {
        return standing;
    }

    public List<Extent> extents() {
        return extents;
    }

    public History history() {
        return history;
    }

    public int blocks() {
        return sums.length;
    }

    /** The checksums of {@code units} blocks from {@code first} on. */
    int[] sums(int first, int units) {
        return Arrays.copyOfRange(sums, first, first + units);
    }

    /**
     * The bytes of {@code units} blocks from {@code first} on; a view without a count of its own.
     */
    ByteBuf blocks(int first, int units) {
        return sealedBlocks.slice(
                sealedBlocks.readerIndex() + first * PortionFormat.UNIT_BYTES,
                units * PortionFormat.UNIT_BYTES);
    }

    void release() {
        sealedBlocks.release();
    }

    static int[] sumUnits(ByteBuf units) {
        int[] sums = new int[units.readableBytes() / PortionFormat.UNIT_BYTES];
        if (sums.length > 0) {
            MemorySegment bytes = MemorySegment.ofBuffer(units.nioBuffer());
            for (int unit = 0; unit < sums.length; unit++) {
                long offset = (long) unit * PortionFormat.UNIT_BYTES;
                sums[unit] = Crc32c.of(bytes, offset, PortionFormat.UNIT_BYTES);
            }
        }
        return sums;
    }
}
