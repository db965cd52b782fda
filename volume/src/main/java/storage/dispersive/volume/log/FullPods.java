package storage.dispersive.volume.log;

import java.util.List;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.volume.pods.PodLink;

/**
 * Pods that had no room of late; each is left alone for a while. Used on the loop's thread only.
 */
final class FullPods {

    private static final long PAUSE_NANOS = 1_000_000_000;

    private final EventLoop loop;
    private final long[] untilNanos = new long[Code.MAX_PORTIONS];
    private int slots;

    FullPods(EventLoop loop) {
        this.loop = loop;
    }

    void add(int slot) {
        slots |= 1 << slot;
        untilNanos[slot] = loop.nanoTime() + PAUSE_NANOS;
    }

    boolean isEmpty() {
        return slots == 0;
    }

    List<PodLink> without(List<PodLink> candidates) {
        if (slots == 0) {
            return candidates;
        }
        long now = loop.nanoTime();
        for (int slot = 0; slot < untilNanos.length; slot++) {
            if (now - untilNanos[slot] >= 0) {
                slots &= ~(1 << slot);
            }
        }
        return candidates.stream().filter(link -> (slots >>> link.slot() & 1) == 0).toList();
    }
}
