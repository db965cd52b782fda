package storage.dispersive.portion;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/**
 * The bytes of a portion, on the wire and on disk alike; big-endian, version {@value #VERSION}. See
 * {@code docs/formats.md}.
 *
 * <pre>
 *   magic 4 | version 2 | flags 2 | header bytes 4 | payload bytes 4
 *   stripe part ({@link StripeFormat}) | mac 16
 *   index 1 | zeros 3 | units 4 | a CRC32C for each unit
 *   CRC32C of all of the header before it
 *   payload: units of {@value #UNIT_BYTES} bytes
 * </pre>
 */
public final class PortionFormat {

    public static final int MAGIC = 0x44505254;
    public static final short VERSION = 1;

    /** A sealed block: 4096 bytes and its tag. Parity is computed and checked in the same units. */
    public static final int UNIT_BYTES = 4112;

    public static final int MAC_BYTES = 16;
    public static final int PREFIX_BYTES = 16;
    public static final int MAX_HEADER_BYTES = 64 << 10;
    public static final int MAX_PAYLOAD_BYTES = StripeHeader.MAX_BLOCKS * UNIT_BYTES;
    public static final int MAX_PORTION_BYTES = MAX_HEADER_BYTES + MAX_PAYLOAD_BYTES;

    private PortionFormat() {}

    /** Bytes of the header of a portion with {@code units} units. */
    public static int headerBytes(int stripePartBytes, int units) {
        return PREFIX_BYTES + stripePartBytes + MAC_BYTES + 8 + 4 * units + 4;
    }

    /**
     * Appends a portion's header.
     *
     * @param stripePart the encoded stripe part followed by its MAC
     */
    public static void writeHeader(ByteBuf out, byte[] stripePart, int index, int[] unitSums) {
        int start = out.writerIndex();
        int headerBytes = headerBytes(stripePart.length - MAC_BYTES, unitSums.length);
        out.writeInt(MAGIC).writeShort(VERSION).writeShort(0);
        out.writeInt(headerBytes).writeInt(unitSums.length * UNIT_BYTES);
        out.writeBytes(stripePart);
        out.writeByte(index).writeZero(3).writeInt(unitSums.length);
        for (int sum : unitSums) {
            out.writeInt(sum);
        }
        out.writeInt(crc(out, start, out.writerIndex() - start));
    }

    /** Reads the lengths that stand in a portion's first {@value #PREFIX_BYTES} bytes. */
    public static Lengths readLengths(ByteBuf in) {
        if (in.readableBytes() < PREFIX_BYTES) {
            throw new MalformedPortionException("a portion is longer than this");
        }
        int at = in.readerIndex();
        if (in.getInt(at) != MAGIC) {
            throw new MalformedPortionException("no portion begins like this");
        }
        int version = in.getShort(at + 4);
        if (version != VERSION || in.getShort(at + 6) != 0) {
            throw new MalformedPortionException(
                    "portion format " + version + " is not known here, only " + VERSION);
        }
        int header = in.getInt(at + 8);
        int payload = in.getInt(at + 12);
        if (header < PREFIX_BYTES || header > MAX_HEADER_BYTES) {
            throw new MalformedPortionException("a header cannot have " + header + " bytes");
        }
        if (payload < 0 || payload > MAX_PAYLOAD_BYTES || payload % UNIT_BYTES != 0) {
            throw new MalformedPortionException("a payload cannot have " + payload + " bytes");
        }
        return new Lengths(header, payload);
    }

    /** Lengths of the two parts of a portion, in bytes. */
    public record Lengths(int headerBytes, int payloadBytes) {
        public int portionBytes() {
            return headerBytes + payloadBytes;
        }
    }

    /**
     * Reads a header at the reader index and checks all of it but the MAC, which needs a key. The
     * reader index is left behind the header.
     */
    public static PortionHeader readHeader(ByteBuf in) {
        Lengths lengths = checkedLengths(in);
        int headerBytes = lengths.headerBytes();
        ByteBuf body = body(in, headerBytes);
        try {
            PortionHeader header = readBody(body, headerBytes);
            if (body.isReadable() || header.payloadBytes() != lengths.payloadBytes()) {
                throw contradiction();
            }
            in.skipBytes(headerBytes);
            return header;
        } catch (IndexOutOfBoundsException e) {
            throw cutShort();
        }
    }

    /**
     * Looks at a header at the reader index, which stays. Compares its checksum and its lengths,
     * and leaves the rest to {@link #readHeader}, by which whoever stored it has read it.
     */
    public static HeaderView viewHeader(ByteBuf in) {
        Lengths lengths = checkedLengths(in);
        ByteBuf body = body(in, lengths.headerBytes());
        try {
            int indexAt = body.getUnsignedShort(0) + MAC_BYTES;
            int index = body.getUnsignedByte(indexAt);
            int units = body.getInt(indexAt + 4);
            ByteBuf sums = body.slice(indexAt + 8, body.readableBytes() - indexAt - 8);
            if (sums.readableBytes() != 4L * units
                    || (long) units * UNIT_BYTES != lengths.payloadBytes()) {
                throw contradiction();
            }
            return StripeFormat.view(body, index, sums);
        } catch (IndexOutOfBoundsException e) {
            throw cutShort();
        }
    }

    /** The lengths of a header that is all there and matches its checksum. */
    private static Lengths checkedLengths(ByteBuf in) {
        Lengths lengths = readLengths(in);
        int start = in.readerIndex();
        int headerBytes = lengths.headerBytes();
        if (in.readableBytes() < headerBytes) {
            throw new MalformedPortionException("the header is cut short");
        }
        if (in.getInt(start + headerBytes - 4) != crc(in, start, headerBytes - 4)) {
            throw new MalformedPortionException("the header's checksum does not match");
        }
        return lengths;
    }

    /** What stands between the prefix and the checksum. */
    private static ByteBuf body(ByteBuf in, int headerBytes) {
        int start = in.readerIndex();
        return in.slice(start + PREFIX_BYTES, headerBytes - PREFIX_BYTES - 4);
    }

    private static MalformedPortionException contradiction() {
        return new MalformedPortionException("the header's lengths contradict each other");
    }

    private static MalformedPortionException cutShort() {
        return new MalformedPortionException("the header ends in the middle of a field");
    }

    private static PortionHeader readBody(ByteBuf body, int headerBytes) {
        StripeHeader stripe = StripeFormat.read(body);
        byte[] mac = new byte[MAC_BYTES];
        body.readBytes(mac);
        int index = body.readUnsignedByte();
        body.skipBytes(3);
        int units = body.readInt();
        if (index >= stripe.code().portions()
                || units != stripe.code().unitsIn(index, stripe.blocks())) {
            throw new MalformedPortionException("portion " + index + " cannot have " + units);
        }
        int[] sums = new int[units];
        for (int unit = 0; unit < units; unit++) {
            sums[unit] = body.readInt();
        }
        return new PortionHeader(stripe, mac, index, sums, headerBytes);
    }

    /** The bytes that the MAC covers, of a whole header at the reader index; a view. */
    public static ByteBuf stripePart(ByteBuf in) {
        int at = in.readerIndex() + PREFIX_BYTES;
        return in.slice(at, in.getUnsignedShort(at));
    }

    static int crc(ByteBuf buffer, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.nioBuffer(start, length));
        return (int) crc.getValue();
    }
}
