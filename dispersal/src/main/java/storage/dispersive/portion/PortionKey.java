package storage.dispersive.portion;

/**
 * The identity of a portion on its pod: whoever sends the same identity again must send the same
 * bytes. {@code epoch} is the sender's.
 */
public record PortionKey(Epoch epoch, long seq, int attempt, int index) {

    public PortionKey {
        if (seq < 1 || attempt < 0 || index < 0) {
            throw new IllegalArgumentException(
                    "no such portion: seq " + seq + " attempt " + attempt + " index " + index);
        }
    }
}
