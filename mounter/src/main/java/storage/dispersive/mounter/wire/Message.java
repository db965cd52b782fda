package storage.dispersive.mounter.wire;

import java.nio.charset.StandardCharsets;
import storage.dispersive.mounter.MounterException;

/**
 * A request or an answer as bytes: a line with the protocol's name and version and a verb, then the
 * fields, under the name {@code it}.
 *
 * <pre>
 *   mounter/1 call
 *   it=Look
 *   it.volume.value=team-a.data
 * </pre>
 *
 * <p>The verb is {@code call} for a {@link Call}, {@code done} for the operation's outcome, and
 * {@code failed} for a {@link Failure}.
 */
record Message(String verb, Fields fields) {

    static final String CALL = "call";
    static final String DONE = "done";
    static final String FAILED = "failed";

    /** Of a request, in bytes. */
    static final int MAX_REQUEST_BYTES = 1 << 15;

    /** Of an answer, in bytes: a survey of a node with hundreds of volumes. */
    static final int MAX_ANSWER_BYTES = 1 << 22;

    private static final String PROTOCOL = "mounter/1";
    private static final String NAME = "it";

    /** Why an operation came to no outcome. */
    record Failure(MounterException.Reason reason, String message) {}

    static <T> Message of(String verb, Class<T> type, T value) {
        Fields fields = new Fields();
        RecordFields.write(fields, NAME, type, value);
        return new Message(verb, fields);
    }

    <T> T value(Class<T> type) throws ProtocolException {
        return RecordFields.read(fields, NAME, type);
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        text.append(PROTOCOL).append(' ').append(verb).append('\n');
        fields.write(text);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static Message decode(byte[] bytes) throws ProtocolException {
        for (byte next : bytes) {
            if (next != '\n' && (next < ' ' || next > '~')) {
                throw new ProtocolException("a message that is no text");
            }
        }
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int end = text.indexOf('\n');
        int space = text.indexOf(' ');
        if (!text.startsWith("mounter/") || space < 0 || end < space) {
            throw new ProtocolException("a message that is not of this protocol");
        }
        String version = text.substring(0, space);
        if (!version.equals(PROTOCOL)) {
            throw new ProtocolException(
                    "the peer speaks "
                            + version.substring(0, Math.min(version.length(), 16))
                            + ", this is "
                            + PROTOCOL);
        }
        return new Message(text.substring(space + 1, end), Fields.read(text.substring(end + 1)));
    }
}
