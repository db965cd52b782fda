package storage.dispersive.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Counts connections that were turned away, and says so once per peer and kind of reason in {@value
 * #QUIET_SECONDS} seconds: whoever knocks a thousand times a second must not fill a disk. Used by
 * one thread; the count is read anywhere.
 */
public final class RefusalLog {

    static final int MAX_REMEMBERED = 1024;

    private static final long QUIET_SECONDS = 60;
    private static final int MAX_DETAIL_CHARS = 200;

    private final Logger log;
    private final AtomicLong count = new AtomicLong();
    private final Map<Knock, Long> saidNanos =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Knock, Long> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    private record Knock(String peer, String kind) {}

    /** What it says goes to {@code log}, as a warning. */
    public RefusalLog(Logger log) {
        this.log = log;
    }

    /** Connections turned away until now. */
    public long count() {
        return count.get();
    }

    /**
     * Somebody was turned away.
     *
     * @param kind of reason, one of few
     * @param detail for people; may hold what the peer said
     */
    public void refused(SocketAddress peer, String kind, String detail, long nowNanos) {
        refused(host(peer), kind, detail, nowNanos);
    }

    /** As above, of a peer that is known by a name, one of few. */
    public void refused(String peer, String kind, String detail, long nowNanos) {
        count.incrementAndGet();
        Knock knock = new Knock(peer, kind);
        Long said = saidNanos.get(knock);
        if (said != null && nowNanos - said < QUIET_SECONDS * 1_000_000_000L) {
            return;
        }
        saidNanos.remove(knock);
        saidNanos.put(knock, nowNanos);
        log.warn(
                "turned {} away ({}; more of this in the next {} s is only counted): {}",
                knock.peer(),
                kind,
                QUIET_SECONDS,
                printable(detail));
    }

    private static String host(SocketAddress peer) {
        return peer instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : String.valueOf(peer);
    }

    private static String printable(String detail) {
        String cut = detail.substring(0, Math.min(detail.length(), MAX_DETAIL_CHARS));
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
