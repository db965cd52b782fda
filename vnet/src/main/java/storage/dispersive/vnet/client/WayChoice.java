package storage.dispersive.vnet.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which underlay network the connections to each pod take, and with what MTU. Slots are dealt out
 * over the paths in turn, so that of a stripe's portions no path carries more than its share. Where
 * a connection was not heard any more, the next ones take another path, and short packets in case
 * long ones are dropped on the way; after a while the first choice is tried again. On the loop.
 */
public final class WayChoice {

    /** What IPv6 asks of any network (RFC 8200). */
    private static final int SAFE_MTU_BYTES = 1280;

    private static final int ANY_MTU_BYTES = 0xFFFF;

    private static final long FORGIVEN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Map<Integer, Failures> failures = new HashMap<>();

    /** One way to a pod. */
    public record Way(String path, int mtuBytes) {}

    private record Failures(int count, long lastNanos) {}

    /** The way for the next connection to the pod of a slot. */
    Way choose(int slot, List<String> paths, long nowNanos) {
        Failures failed = failures.get(slot);
        if (failed == null || nowNanos - failed.lastNanos() > FORGIVEN_NANOS) {
            failures.remove(slot);
            return new Way(paths.get(slot % paths.size()), ANY_MTU_BYTES);
        }
        String path = paths.get((slot + failed.count()) % paths.size());
        return new Way(path, SAFE_MTU_BYTES);
    }

    /** A connection that took this way was not heard any more. */
    void failed(int slot, Way way, List<String> paths, long nowNanos) {
        // Both sessions of a pod fail together: the second is no news.
        if (choose(slot, paths, nowNanos).equals(way)) {
            int before = failures.containsKey(slot) ? failures.get(slot).count() : 0;
            failures.put(slot, new Failures((before + 1) % paths.size(), nowNanos));
        }
    }
}
