package storage.dispersive.wire;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Names a lease: 128 random bits, never used twice. Not a secret. */
public record LeaseId(long high, long low) {

    private static final int HEX_DIGITS = 32;
    private static final HexFormat HEX = HexFormat.of();

    public static LeaseId random(RandomGenerator random) {
        return new LeaseId(random.nextLong(), random.nextLong());
    }

    /**
     * The id that {@code text} spells.
     *
     * @throws IllegalArgumentException unless these are 32 hexadecimal digits, lower case
     */
    public static LeaseId parse(String text) {
        if (!text.matches("[0-9a-f]{" + HEX_DIGITS + "}")) {
            throw new IllegalArgumentException("not the name of a lease");
        }
        return new LeaseId(
                HexFormat.fromHexDigitsToLong(text, 0, HEX_DIGITS / 2),
                HexFormat.fromHexDigitsToLong(text, HEX_DIGITS / 2, HEX_DIGITS));
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
