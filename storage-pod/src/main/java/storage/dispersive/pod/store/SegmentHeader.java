package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.VolumeId;

/**
 * The first sector of a segment file; its name says the same but for the use id.
 *
 * @param ordinal of the file among those of its volume, in the order of their making
 * @param segment that the writer chose; several files may belong to one
 * @param useId random, of this use of the file
 */
record SegmentHeader(VolumeId volume, int ordinal, long segment, long useId) {

    static final int BYTES = RecordFormat.SECTOR_BYTES;
    static final String SUFFIX = ".segment";
    private static final int MAGIC = 0x44505347;
    private static final int BODY_BYTES = 36;

    String fileName() {
        HexFormat hex = HexFormat.of();
        return volume + "-" + hex.toHexDigits(ordinal) + "-" + hex.toHexDigits(segment) + SUFFIX;
    }

    /** Appends the whole sector. */
    void write(ByteBuf out) {
        ByteBuf body = Unpooled.buffer(BODY_BYTES);
        body.writeLong(volume.high()).writeLong(volume.low());
        body.writeInt(ordinal).writeLong(segment).writeLong(useId);
        out.writeBytes(Envelope.seal(MAGIC, body));
        out.writeZero(BYTES - Envelope.bytes(BODY_BYTES));
    }

    static SegmentHeader read(ByteBuf in)
            throws Envelope.DamagedException, Envelope.FutureFormatException {
        ByteBuf body = Envelope.open(MAGIC, in);
        if (body.readableBytes() != BODY_BYTES) {
            throw new Envelope.DamagedException("has not the length of a segment's header");
        }
        return new SegmentHeader(
                new VolumeId(body.readLong(), body.readLong()),
                body.readInt(),
                body.readLong(),
                body.readLong());
    }

    /** What the name of a file says, with a use id of 0; null if it is no segment file's. */
    static @Nullable SegmentHeader ofFileName(String name) {
        if (!name.endsWith(SUFFIX) || name.length() != 36 + 1 + 8 + 1 + 16 + SUFFIX.length()) {
            return null;
        }
        try {
            return new SegmentHeader(
                    VolumeId.parse(name.substring(0, 36)),
                    HexFormat.fromHexDigits(name, 37, 45),
                    HexFormat.fromHexDigitsToLong(name, 46, 62),
                    0);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
