package storage.dispersive.volume;

/**
 * One pod of a volume, for a person.
 *
 * @param detail why it is not {@link PodState#UP}, or not of use though it is; else empty
 */
public record PodStatus(
        int slot,
        String podName,
        PodState state,
        String detail,
        SessionStatus write,
        SessionStatus read,
        long portionsSent,
        long bytesSent,
        long readsSent,
        long bytesRead) {

    /** Whether a connection is there. */
    public enum SessionStatus {
        OPEN,
        /** It is there, but the pod was asked and is not heard. */
        SILENT,
        CLOSED
    }
}
