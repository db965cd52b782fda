package storage.dispersive.portion;

import io.netty.buffer.ByteBuf;

/**
 * A portion's header, looked at where it stands: which portion it is, and the checksums of its
 * units. For whoever reads back what {@link PortionFormat#readHeader} once let in: the header's
 * checksum says that these are the same bytes, so nothing else is decoded, and a stripe of a
 * thousand extents costs no more than one of a single block. Valid as long as its buffer is.
 */
public final class HeaderView {

    private final VolumeId volume;
    private final PortionKey key;
    private final ByteBuf unitSums;

    /**
     * @param unitSums four bytes for each unit
     */
    HeaderView(VolumeId volume, PortionKey key, ByteBuf unitSums) {
        this.volume = volume;
        this.key = key;
        this.unitSums = unitSums;
    }

    public VolumeId volume() {
        return volume;
    }

    public PortionKey key() {
        return key;
    }

    public int units() {
        return unitSums.readableBytes() / Integer.BYTES;
    }

    /** CRC32C of a sealed block (or parity unit) of the payload. */
    public int unitSum(int unit) {
        return unitSums.getInt(unit * Integer.BYTES);
    }
}
