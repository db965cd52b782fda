package storage.dispersive.vnet.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which underlay network the connections to each pod take, and with what MTU. Slots are dealt out
 * over the paths in turn, so that of a stripe's portions no path carries more than its share. Where
 * a connection was not heard any more, the next ones take another path; when all have been tried,
 * and at least twice, also short packets, in case long ones are dropped on the way. After a while
 * the first choice is tried again, and at once if what was not heard is: it was only late. On the
 * loop.
 */
public final class WayChoice {

    /** What IPv6 asks of any network (RFC 8200). */
    private static final int SAFE_MTU_BYTES = 1280;

    private static final int ANY_MTU_BYTES = 0xFFFF;

    /** A host that is late for once is no reason for short packets. */
    private static final int FAILURES_BEFORE_SAFE_MTU = 2;

    private static final long FORGIVEN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Map<Integer, Failures> failures = new HashMap<>();

    /**
     * One way to a pod.
     *
     * @param failures of ways to this pod before it was chosen
     */
    public record Way(String path, int mtuBytes, int failures) {}

    private record Failures(int count, long lastNanos) {}

    /** The way for the next connection to the pod of a slot. */
    Way choose(int slot, List<String> paths, long nowNanos) {
        int count = count(slot, nowNanos);
        boolean allTried = count >= Math.max(FAILURES_BEFORE_SAFE_MTU, paths.size());
        return new Way(
                paths.get((slot + count) % paths.size()),
                allTried ? SAFE_MTU_BYTES : ANY_MTU_BYTES,
                count);
    }

    private int count(int slot, long nowNanos) {
        Failures failed = failures.get(slot);
        return failed == null || nowNanos - failed.lastNanos() > FORGIVEN_NANOS
                ? 0
                : failed.count();
    }

    /** A connection that took this way was not heard any more. */
    void failed(int slot, Way way, long nowNanos) {
        // Both sessions of a pod fail together: the second is no news.
        if (count(slot, nowNanos) == way.failures()) {
            failures.put(slot, new Failures(way.failures() + 1, nowNanos));
        }
    }

    /** It is heard again. */
    void works(int slot, Way way, long nowNanos) {
        if (count(slot, nowNanos) == way.failures() + 1) {
            failures.put(slot, new Failures(way.failures(), nowNanos));
        }
    }
}
