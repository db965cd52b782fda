package storage.dispersive.csi.controller;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import storage.dispersive.csi.controller.Limits.Rate;

/**
 * Reads the parameters that may change while a volume is used: those of a VolumeAttributesClass.
 */
final class LimitParameters {

    private static final String WRITING = "writeBytesPerSecond";
    private static final String READING = "readBytesPerSecond";
    private static final String UNLIMITED = "unlimited";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(Ki|Mi|Gi)?");

    private LimitParameters() {}

    /**
     * What the limits are then.
     *
     * @param before what stays where a parameter is not given
     * @throws BadParameterException if one cannot be, or is not known
     */
    static Limits read(Map<String, String> given, Limits before) throws BadParameterException {
        for (String name : given.keySet()) {
            if (!name.equals(WRITING) && !name.equals(READING)) {
                throw new BadParameterException(
                        name, "cannot be changed; these can: " + READING + ", " + WRITING);
            }
        }
        return new Limits(
                new Limits.Writing(rate(given, WRITING, before.writing().rate())),
                new Limits.Reading(rate(given, READING, before.reading().rate())));
    }

    private static Rate rate(Map<String, String> given, String name, Rate before)
            throws BadParameterException {
        String text = given.get(name);
        if (text == null) {
            return before;
        }
        if (text.equals(UNLIMITED)) {
            return Rate.UNLIMITED;
        }
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            try {
                long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), unit(matcher));
                if (bytes >= Rate.BytesPerSecond.LEAST) {
                    return new Rate.BytesPerSecond(bytes);
                }
            } catch (ArithmeticException e) {
                throw new BadParameterException(name, "is more than can be counted");
            }
        }
        throw new BadParameterException(
                name,
                "is at least "
                        + Rate.BytesPerSecond.LEAST
                        + ", such as 100Mi, or '"
                        + UNLIMITED
                        + "'");
    }

    private static long unit(Matcher matcher) {
        String unit = matcher.group(2);
        return switch (unit == null ? "" : unit) {
            case "Ki" -> 1L << 10;
            case "Mi" -> 1L << 20;
            case "Gi" -> 1L << 30;
            default -> 1;
        };
    }
}
