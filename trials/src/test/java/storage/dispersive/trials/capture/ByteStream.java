package storage.dispersive.trials.capture;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** One direction of a TCP connection, put together from segments in whatever order they came. */
final class ByteStream {

    private final int firstSequenceNumber;
    private final Map<Integer, byte[]> parts = new TreeMap<>();

    /**
     * A stream with nothing in it.
     *
     * @param firstSequenceNumber of its first byte
     */
    ByteStream(int firstSequenceNumber) {
        this.firstSequenceNumber = firstSequenceNumber;
    }

    boolean beginsAt(int sequenceNumber) {
        return firstSequenceNumber == sequenceNumber;
    }

    /** A segment, perhaps once more, perhaps cut at another place than before. */
    void add(int sequenceNumber, byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        int at = sequenceNumber - firstSequenceNumber;
        parts.merge(at, payload, (one, other) -> one.length >= other.length ? one : other);
    }

    /**
     * All of it.
     *
     * @throws IllegalStateException if bytes are missing, or came again as others
     */
    byte[] whole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
            int at = part.getKey();
            byte[] bytes = part.getValue();
            if (at < 0 || at > out.size()) {
                throw new IllegalStateException("bytes before " + at + " were not captured");
            }
            int again = Math.min(bytes.length, out.size() - at);
            if (again > 0) {
                byte[] before = out.toByteArray();
                if (!Arrays.equals(before, at, at + again, bytes, 0, again)) {
                    throw new IllegalStateException("bytes from " + at + " came again as others");
                }
            }
            out.write(bytes, again, bytes.length - again);
        }
        return out.toByteArray();
    }
}
