package storage.dispersive.cli.state;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as people write it: a number and one of KiB, MiB, GiB, TiB (or kB, MB, GB, TB). */
public record ByteSize(long bytes) {

    private static final Pattern FORM =
            Pattern.compile("(-?\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

    private static final Map<String, Long> UNITS =
            Map.ofEntries(
                    Map.entry("", 1L),
                    Map.entry("b", 1L),
                    Map.entry("k", 1L << 10),
                    Map.entry("ki", 1L << 10),
                    Map.entry("kib", 1L << 10),
                    Map.entry("m", 1L << 20),
                    Map.entry("mi", 1L << 20),
                    Map.entry("mib", 1L << 20),
                    Map.entry("g", 1L << 30),
                    Map.entry("gi", 1L << 30),
                    Map.entry("gib", 1L << 30),
                    Map.entry("t", 1L << 40),
                    Map.entry("ti", 1L << 40),
                    Map.entry("tib", 1L << 40),
                    Map.entry("kb", 1_000L),
                    Map.entry("mb", 1_000_000L),
                    Map.entry("gb", 1_000_000_000L),
                    Map.entry("tb", 1_000_000_000_000L));

    private static final String HINT = "write a whole number of bytes, or like 512MiB, 1GiB, 20GB";

    /** The size that {@code text} spells; it may be zero or negative. */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw SanException.usage("'" + text + "' is not a size", HINT);
        }
        Long unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (unit == null) {
            throw SanException.usage(
                    "'" + text + "' has the unknown unit '" + matcher.group(2) + "'", HINT);
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        try {
            return new ByteSize(bytes.longValueExact());
        } catch (ArithmeticException e) {
            throw SanException.usage(
                    "'" + text + "' is not a whole number of bytes below 8 EiB", HINT);
        }
    }

    /** Rounded for reading, with a binary unit. */
    @Override
    public String toString() {
        String[] names = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (Math.abs(value) >= 1024 && unit < names.length - 1) {
            value /= 1024;
            unit++;
        }
        return BigDecimal.valueOf(value)
                        .setScale(unit == 0 ? 0 : 1, RoundingMode.HALF_EVEN)
                        .toPlainString()
                        .replaceFirst("\\.0$", "")
                + " "
                + names[unit];
    }
}
