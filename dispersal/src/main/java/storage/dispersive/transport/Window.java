package storage.dispersive.transport;

/**
 * What one connection has under way, against its limits. The last to enter may exceed the bytes.
 */
final class Window {

    private final int maxRequests;
    private final int maxBytes;
    private int requests;
    private long bytes;

    Window(int maxRequests, int maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    boolean hasRoom() {
        return requests < maxRequests && bytes < maxBytes;
    }

    boolean isEmpty() {
        return requests == 0;
    }

    void enter(long cost) {
        requests++;
        bytes += cost;
    }

    void leave(long cost) {
        requests--;
        bytes -= cost;
        if (requests < 0 || bytes < 0) {
            throw new IllegalStateException("more left the window than entered it");
        }
    }

    @Override
    public String toString() {
        return requests + " requests and " + bytes + " bytes under way";
    }
}
