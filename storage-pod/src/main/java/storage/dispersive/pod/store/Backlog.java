package storage.dispersive.pod.store;

/** Bytes that were written and are not yet durable, over all files of a store. */
final class Backlog {

    private final long maxBytes;
    private long bytes;

    Backlog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** One record may always go, however large. */
    boolean hasRoom(long more) {
        return bytes == 0 || bytes + more <= maxBytes;
    }

    void add(long more) {
        bytes += more;
    }

    void remove(long less) {
        bytes -= less;
    }
}
