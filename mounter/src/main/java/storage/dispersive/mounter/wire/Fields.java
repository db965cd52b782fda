package storage.dispersive.mounter.wire;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * Named values as text: a line {@code name=value} for each. Names are of letters, digits and dots;
 * in values everything but printable ASCII, and the percent sign, is written as a percent sign and
 * two hexadecimal digits for each byte of UTF-8. For one thread at a time.
 */
final class Fields {

    static final int MAX_FIELDS = 1 << 16;
    static final int MAX_VALUE_CHARS = 3 * 8192;

    private static final String DIGITS = "0123456789abcdef";

    private final TreeMap<String, String> values = new TreeMap<>();

    void put(String name, String value) {
        if (values.size() >= MAX_FIELDS || values.put(name, value) != null) {
            throw new IllegalStateException("too many fields, or twice " + name);
        }
    }

    String get(String name) throws ProtocolException {
        String value = values.get(name);
        if (value == null) {
            throw new ProtocolException("the field '" + name + "' is missing");
        }
        return value;
    }

    /** Whether there is a field of this name, or one of its parts. */
    boolean has(String name) {
        String next = values.ceilingKey(name + ".");
        return values.containsKey(name) || (next != null && next.startsWith(name + "."));
    }

    void write(StringBuilder text) {
        values.forEach(
                (name, value) -> text.append(name).append('=').append(escape(value)).append('\n'));
    }

    static Fields read(String text) throws ProtocolException {
        Fields fields = new Fields();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int equals = text.indexOf('=', start);
            if (end < 0 || equals <= start || equals > end || end - equals > MAX_VALUE_CHARS) {
                throw new ProtocolException("a line that is no field");
            }
            String name = text.substring(start, equals);
            String value = unescape(text.substring(equals + 1, end));
            if (!name.matches("[A-Za-z0-9.]+")
                    || fields.values.size() >= MAX_FIELDS
                    || fields.values.put(name, value) != null) {
                throw new ProtocolException("too many fields, one of them twice, or no name");
            }
            start = end + 1;
        }
        return fields;
    }

    private static String escape(String value) {
        StringBuilder text = new StringBuilder();
        for (byte next : value.getBytes(StandardCharsets.UTF_8)) {
            if (next >= ' ' && next <= '~' && next != '%') {
                text.append((char) next);
            } else {
                text.append('%')
                        .append(DIGITS.charAt((next >> 4) & 0xf))
                        .append(DIGITS.charAt(next & 0xf));
            }
        }
        return text.toString();
    }

    private static String unescape(String text) throws ProtocolException {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next != '%') {
                bytes[length++] = (byte) next;
                continue;
            }
            int high = at + 2 < text.length() ? DIGITS.indexOf(text.charAt(at + 1)) : -1;
            int low = at + 2 < text.length() ? DIGITS.indexOf(text.charAt(at + 2)) : -1;
            if (high < 0 || low < 0) {
                throw new ProtocolException("a percent sign without two digits");
            }
            bytes[length++] = (byte) (high << 4 | low);
            at += 2;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
