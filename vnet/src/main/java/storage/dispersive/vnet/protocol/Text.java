package storage.dispersive.vnet.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A message as bytes: a line with the protocol's name and version, the verb and a number that ties
 * an answer to its request, then a line {@code key=value} for each field. Printable ASCII only.
 *
 * <pre>
 *   vnet/1 CLOSE 7
 *   lease=00112233445566778899aabbccddeeff
 * </pre>
 */
record Text(String verb, long number, Fields fields) {

    /** No message is longer, in bytes. */
    static final int MAX_BYTES = 4096;

    private static final String PROTOCOL = "vnet/1";

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        text.append(PROTOCOL).append(' ').append(verb).append(' ').append(number).append('\n');
        for (Map.Entry<String, String> field : fields.values().entrySet()) {
            text.append(field.getKey()).append('=').append(field.getValue()).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a message of " + bytes.length + " bytes");
        }
        return bytes;
    }

    static Text decode(byte[] bytes) throws ProtocolException {
        if (bytes.length > MAX_BYTES) {
            throw new ProtocolException("a message of " + bytes.length + " bytes");
        }
        for (byte value : bytes) {
            if (value != '\n' && (value < ' ' || value > '~')) {
                throw new ProtocolException("a message that is no text");
            }
        }
        String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n", -1);
        String[] head = lines[0].split(" ", -1);
        if (head.length != 3
                || !head[0].startsWith("vnet/")
                || !lines[lines.length - 1].isEmpty()) {
            throw new ProtocolException("a message that is not of this protocol");
        }
        if (!head[0].equals(PROTOCOL)) {
            throw new ProtocolException(
                    "the peer speaks " + printableVersion(head[0]) + ", this is " + PROTOCOL);
        }
        if (!head[2].matches("\\d{1,18}")) {
            throw new ProtocolException("a message without a number");
        }
        Fields fields = Fields.none();
        for (int i = 1; i < lines.length - 1; i++) {
            int equals = lines[i].indexOf('=');
            if (equals < 1 || lines[i].length() - equals - 1 > Fields.MAX_VALUE_CHARS) {
                throw new ProtocolException("a line that is no field");
            }
            fields.read(lines[i].substring(0, equals), lines[i].substring(equals + 1));
        }
        return new Text(head[1], Long.parseLong(head[2]), fields);
    }

    private static String printableVersion(String version) {
        return version.substring(0, Math.min(version.length(), 16));
    }
}
