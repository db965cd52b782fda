package storage.dispersive.portion;

import java.util.Arrays;

/**
 * The header of one portion, as it was read.
 *
 * @param stripe what all portions of the stripe say alike
 * @param mac over the stripe's part of the header, by the sender's run key; 16 bytes
 * @param index which portion of the stripe this is
 * @param unitSums CRC32C of each sealed block (or parity unit) of the payload
 * @param headerBytes length of the header on the wire and on disk
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, and too hot for copies
public record PortionHeader(
        StripeHeader stripe, byte[] mac, int index, int[] unitSums, int headerBytes) {

    public PortionKey key() {
        return stripe.key(index);
    }

    public int unitSum(int unit) {
        return unitSums[unit];
    }

    public int payloadBytes() {
        return unitSums.length * PortionFormat.UNIT_BYTES;
    }

    public int portionBytes() {
        return headerBytes + payloadBytes();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof PortionHeader other
                && stripe.equals(other.stripe)
                && index == other.index
                && headerBytes == other.headerBytes
                && Arrays.equals(mac, other.mac)
                && Arrays.equals(unitSums, other.unitSums);
    }

    @Override
    public int hashCode() {
        return 31 * stripe.hashCode() + index;
    }
}
