package storage.dispersive.pod.app;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: 4096, 64KiB, 64MiB, 10GiB, 2TiB. */
final class ByteCount {

    static final String FORMS = "bytes, or a number with KiB, MiB, GiB or TiB";

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(|[KMGT]iB)");

    private ByteCount() {}

    /**
     * @throws NumberFormatException if the text is no size, or one beyond 2^63 - 1
     */
    static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new NumberFormatException("not a size: " + text);
        }
        int shift =
                switch (matcher.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new NumberFormatException("too large: " + text);
        }
        return number << shift;
    }
}
