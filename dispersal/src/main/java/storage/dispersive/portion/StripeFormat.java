package storage.dispersive.portion;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a header that all portions of a stripe have alike, and that its MAC covers. See
 * {@code docs/formats.md}.
 *
 * <pre>
 *   part bytes 2 | volume 16 | epoch 16 | sender 16 | seq 8 | attempt 4
 *   kind 1 | data portions 1 | parity portions 1 | zero 1
 *   committed through 8 | epoch's start 8 | segment 8 | sealed by 16
 *   extents 2 | later attempts 2 | completed ranges 2
 *   holders (slot 1, incarnation 8) ...
 *   extents ... | later attempts (seq 8, attempt 4) ...
 *   starts only: parent epoch 16, seq 8, through 8, completed (from 8, through 8, epoch 16) ...
 * </pre>
 */
public final class StripeFormat {

    private static final int WRITTEN = 1;
    private static final int ZEROED = 2;
    private static final int MOVED = 3;
    private static final int MAP_PAGE = 4;

    private StripeFormat() {}

    /** Appends the part; the MAC is the caller's to add. */
    public static void write(ByteBuf out, StripeHeader stripe) {
        int start = out.writerIndex();
        out.writeShort(0);
        out.writeLong(stripe.volume().high()).writeLong(stripe.volume().low());
        writeEpoch(out, stripe.epoch());
        writeRun(out, stripe.sender());
        out.writeLong(stripe.seq()).writeInt(stripe.attempt());
        out.writeByte(stripe.kind().code());
        out.writeByte(stripe.code().dataPortions()).writeByte(stripe.code().parityPortions());
        out.writeByte(0);
        out.writeLong(stripe.committedThrough()).writeLong(stripe.epochStartSeq());
        out.writeLong(stripe.segment());
        writeRun(out, stripe.sealedBy());
        out.writeShort(stripe.extents().size()).writeShort(stripe.laterAttempts().size());
        out.writeShort(stripe.history().completed().size());
        for (Holder holder : stripe.holders()) {
            out.writeByte(holder.slot()).writeLong(holder.incarnation().value());
        }
        stripe.extents().forEach(extent -> writeExtent(out, extent));
        for (LaterAttempt later : stripe.laterAttempts()) {
            out.writeLong(later.seq()).writeInt(later.attempt());
        }
        if (stripe.kind() == StripeKind.START) {
            writeHistory(out, stripe.history());
        }
        out.setShort(start, out.writerIndex() - start);
    }

    private static void writeExtent(ByteBuf out, Extent extent) {
        switch (extent) {
            case Extent.Written(long first, int count) ->
                    out.writeByte(WRITTEN).writeLong(first).writeInt(count);
            case Extent.Zeroed(long first, long count) ->
                    out.writeByte(ZEROED).writeLong(first).writeLong(count);
            case Extent.Moved(long first, RunId sealedBy, long seq, int ordinal) -> {
                out.writeByte(MOVED).writeLong(first);
                writeRun(out, sealedBy);
                out.writeLong(seq).writeInt(ordinal);
            }
            case Extent.MapPage(long first, int count) ->
                    out.writeByte(MAP_PAGE).writeLong(first).writeInt(count);
        }
    }

    private static void writeHistory(ByteBuf out, History history) {
        writeEpoch(out, history.parentEpoch());
        out.writeLong(history.parentSeq()).writeLong(history.parentThrough());
        for (History.Completed range : history.completed()) {
            out.writeLong(range.fromSeq()).writeLong(range.throughSeq());
            writeEpoch(out, range.epoch());
        }
    }

    /**
     * Reads a part.
     *
     * @throws MalformedPortionException if a field cannot be
     * @throws IndexOutOfBoundsException if the buffer ends within it
     */
    static StripeHeader read(ByteBuf in) {
        try {
            int start = in.readerIndex();
            int bytes = in.readUnsignedShort();
            StripeHeader stripe = readFields(in);
            if (in.readerIndex() - start != bytes) {
                throw new MalformedPortionException("a stripe's part has not " + bytes + " bytes");
            }
            return stripe;
        } catch (MalformedPortionException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedPortionException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads of a part only which stripe it is.
     *
     * @throws MalformedPortionException if a field cannot be
     * @throws IndexOutOfBoundsException if the buffer ends before
     */
    static HeaderView view(ByteBuf in, int index, ByteBuf unitSums) {
        in.skipBytes(Short.BYTES);
        VolumeId volume = new VolumeId(in.readLong(), in.readLong());
        try {
            Epoch epoch = readEpoch(in);
            readRun(in);
            PortionKey key = new PortionKey(epoch, in.readLong(), in.readInt(), index);
            return new HeaderView(volume, key, unitSums);
        } catch (IllegalArgumentException e) {
            throw new MalformedPortionException(String.valueOf(e.getMessage()));
        }
    }

    private static StripeHeader readFields(ByteBuf in) {
        VolumeId volume = new VolumeId(in.readLong(), in.readLong());
        Epoch epoch = readEpoch(in);
        RunId sender = readRun(in);
        long seq = in.readLong();
        int attempt = in.readInt();
        StripeKind kind = StripeKind.of(in.readByte());
        Code code = new Code(in.readUnsignedByte(), in.readUnsignedByte());
        if (in.readByte() != 0) {
            throw new MalformedPortionException("a reserved byte is not zero");
        }
        long committedThrough = in.readLong();
        long epochStartSeq = in.readLong();
        long segment = in.readLong();
        RunId sealedBy = readRun(in);
        int extents = bounded(in.readUnsignedShort(), StripeHeader.MAX_EXTENTS);
        int later = bounded(in.readUnsignedShort(), StripeHeader.MAX_LATER_ATTEMPTS);
        int completed = bounded(in.readUnsignedShort(), History.MAX_COMPLETED);
        return new StripeHeader(
                volume,
                epoch,
                sender,
                seq,
                attempt,
                kind,
                code,
                committedThrough,
                epochStartSeq,
                segment,
                sealedBy,
                readHolders(in, code.portions()),
                readExtents(in, extents),
                readLater(in, later),
                readHistory(in, kind, completed));
    }

    private static List<Holder> readHolders(ByteBuf in, int count) {
        List<Holder> holders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            holders.add(new Holder(in.readUnsignedByte(), new Incarnation(in.readLong())));
        }
        return holders;
    }

    private static List<Extent> readExtents(ByteBuf in, int count) {
        List<Extent> extents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = in.readByte();
            long first = in.readLong();
            extents.add(
                    switch (kind) {
                        case WRITTEN -> new Extent.Written(first, in.readInt());
                        case ZEROED -> new Extent.Zeroed(first, in.readLong());
                        case MOVED ->
                                new Extent.Moved(first, readRun(in), in.readLong(), in.readInt());
                        case MAP_PAGE -> new Extent.MapPage(first, in.readInt());
                        default -> throw new MalformedPortionException("unknown extent: " + kind);
                    });
        }
        return extents;
    }

    private static List<LaterAttempt> readLater(ByteBuf in, int count) {
        List<LaterAttempt> later = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            later.add(new LaterAttempt(in.readLong(), in.readInt()));
        }
        return later;
    }

    private static History readHistory(ByteBuf in, StripeKind kind, int count) {
        if (kind != StripeKind.START) {
            bounded(count, 0);
            return History.NONE;
        }
        Epoch parent = readEpoch(in);
        long parentSeq = in.readLong();
        long parentThrough = in.readLong();
        List<History.Completed> completed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            completed.add(new History.Completed(in.readLong(), in.readLong(), readEpoch(in)));
        }
        return new History(parent, parentSeq, parentThrough, completed);
    }

    private static void writeEpoch(ByteBuf out, Epoch epoch) {
        out.writeLong(epoch.generation()).writeLong(epoch.run());
    }

    private static Epoch readEpoch(ByteBuf in) {
        return new Epoch(in.readLong(), in.readLong());
    }

    private static void writeRun(ByteBuf out, RunId run) {
        out.writeLong(run.high()).writeLong(run.low());
    }

    private static RunId readRun(ByteBuf in) {
        return new RunId(in.readLong(), in.readLong());
    }

    private static int bounded(int count, int most) {
        if (count > most) {
            throw new MalformedPortionException("at most " + most + " here, got " + count);
        }
        return count;
    }
}
