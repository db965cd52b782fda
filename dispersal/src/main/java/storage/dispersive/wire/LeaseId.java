package storage.dispersive.wire;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The random name of one {@link Lease}. 128 bits, so that nobody guesses or repeats one. */
public record LeaseId(long high, long low) {

    private static final Pattern SPELLED = Pattern.compile("[0-9a-f]{32}");
    private static final int HALF_CHARS = 16;

    /** Draws one; {@code random} is a {@link java.security.SecureRandom} outside of tests. */
    public static LeaseId random(RandomGenerator random) {
        return new LeaseId(random.nextLong(), random.nextLong());
    }

    /**
     * The id that {@link #toString} spelled.
     *
     * @throws IllegalArgumentException if it is anything but 32 lower-case hexadecimal digits
     */
    public static LeaseId parse(String text) {
        if (!SPELLED.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a lease's id is 32 hexadecimal digits in lower case");
        }
        return new LeaseId(
                HexFormat.fromHexDigitsToLong(text, 0, HALF_CHARS),
                HexFormat.fromHexDigitsToLong(text, HALF_CHARS, 2 * HALF_CHARS));
    }

    @Override
    public String toString() {
        HexFormat digits = HexFormat.of();
        return digits.toHexDigits(high) + digits.toHexDigits(low);
    }
}
