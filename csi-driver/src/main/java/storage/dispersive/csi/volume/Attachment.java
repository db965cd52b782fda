package storage.dispersive.csi.volume;

/**
 * A node's right to use a volume, as the controller has given it. Whoever holds a later one has
 * fenced all before it.
 *
 * @param generation counts the attachments of a volume, from 1
 */
public record Attachment(long generation) {

    public Attachment {
        if (generation < 1) {
            throw new IllegalArgumentException("attachments count from 1: " + generation);
        }
    }
}
