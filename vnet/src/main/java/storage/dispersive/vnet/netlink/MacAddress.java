package storage.dispersive.vnet.netlink;

import java.util.HexFormat;

/**
 * An Ethernet address.
 *
 * @param value its 48 bits
 */
public record MacAddress(long value) {

    /** Where a VXLAN device sends what it knows no better place for. */
    static final MacAddress ANY = new MacAddress(0);

    private static final int BYTES = 6;

    public MacAddress {
        if ((value >>> (BYTES * Byte.SIZE)) != 0) {
            throw new IllegalArgumentException("an Ethernet address has 48 bits");
        }
    }

    byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (value >>> ((BYTES - 1 - i) * Byte.SIZE));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(bytes());
    }
}
