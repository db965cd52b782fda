package storage.dispersive.blockdevice.nbd;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests from any thread to one that takes them all; nobody waits. (A Treiber stack, linked
 * through the requests. As takers take everything, a link never changes under a pusher.)
 */
final class RequestStack {

    private final AtomicReference<@Nullable Request> head = new AtomicReference<>();

    /** Tells whether it was empty before. */
    boolean push(Request request) {
        Request below;
        do {
            below = head.get();
            request.next = below;
        } while (!head.compareAndSet(below, request));
        return below == null;
    }

    boolean isEmpty() {
        return head.get() == null;
    }

    /** All that was pushed, the oldest first, linked by {@link Request#next}. */
    @Nullable Request takeAll() {
        Request newest = isEmpty() ? null : head.getAndSet(null);
        Request oldestFirst = null;
        while (newest != null) {
            Request below = newest.next;
            newest.next = oldestFirst;
            oldestFirst = newest;
            newest = below;
        }
        return oldestFirst;
    }
}
