package storage.dispersive.simulation.disk;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;

/** What a client may rely on after what one store has told it about one volume. */
final class StoreModel {

    /** Contents that were sent under an identity, and the segment they went to. */
    record Sent(long segment, Set<Long> seeds) {}

    private final Map<PortionKey, Sent> sent = new HashMap<>();
    private final Map<PortionKey, Long> vouched = new HashMap<>();
    private final Set<PortionKey> absent = new HashSet<>();
    private final Set<PortionKey> missingFromList = new HashSet<>();
    private Epoch fence = Epoch.ZERO;
    private Epoch highestFenceSent = Epoch.ZERO;
    private RunId run = RunId.NONE;

    Epoch fence() {
        return fence;
    }

    RunId run() {
        return run;
    }

    Map<PortionKey, Long> vouched() {
        return vouched;
    }

    Map<PortionKey, Sent> sent() {
        return sent;
    }

    void sends(PortionKey key, long segment, long seed) {
        sent.computeIfAbsent(key, any -> new Sent(segment, new HashSet<>())).seeds().add(seed);
        absent.remove(key);
    }

    void acknowledged(PortionKey key, RunId sender, long seed, Epoch fenceWhenSent) {
        check(!key.epoch().isBelow(fenceWhenSent), "a fenced epoch was acknowledged", key);
        check(!missingFromList.contains(key), "acknowledged, and not in the list", key);
        check(!key.epoch().equals(fence) || sender.equals(run), "another run's append", key);
        vouch(key, seed);
    }

    /** A complete list, taken for an epoch that stands. */
    void listed(Map<PortionKey, Long> list, Epoch by) {
        list.forEach((key, seed) -> {
            check(!absent.contains(key), "came back from nowhere", key);
            vouch(key, seed);
        });
        for (PortionKey key : vouched.keySet()) {
            check(list.containsKey(key), "was lost", key);
        }
        for (PortionKey key : sent.keySet()) {
            if (!list.containsKey(key) && key.epoch().isBelow(by)) {
                missingFromList.add(key);
            }
        }
    }

    /** Nothing is on its way any more, so what the last list did not show is not there. */
    void quiet() {
        for (PortionKey key : sent.keySet()) {
            if (!vouched.containsKey(key)) {
                absent.add(key);
            }
        }
    }

    private void vouch(PortionKey key, long seed) {
        Sent what = sent.get(key);
        check(what != null && what.seeds().contains(seed), "holds what was never sent", key);
        Long before = vouched.put(key, seed);
        check(before == null || before == seed, "has two contents", key);
    }

    void deletes(Iterable<Long> segments) {
        for (long segment : segments) {
            vouched.keySet().removeIf(key -> segmentOf(key) == segment);
        }
    }

    long segmentOf(PortionKey key) {
        return Objects.requireNonNull(sent.get(key)).segment();
    }

    void sendsFence(Epoch epoch) {
        if (epoch.isAbove(highestFenceSent)) {
            highestFenceSent = epoch;
        }
    }

    void fenced(Epoch epoch, RunId by) {
        check(!epoch.isBelow(fence), "the fence went back", epoch);
        check(!epoch.equals(fence) || by.equals(run), "two runs hold one epoch", epoch);
        fence = epoch;
        run = by;
    }

    /** What a store says after it was opened. */
    void described(Epoch standing) {
        check(!standing.isBelow(fence), "the fence went back", standing);
        check(!standing.isAbove(highestFenceSent), "a fence from nowhere", standing);
    }

    /** The volume is gone, with its fence. */
    void forgotten() {
        vouched.clear();
        missingFromList.clear();
        fence = Epoch.ZERO;
        highestFenceSent = Epoch.ZERO;
        run = RunId.NONE;
    }

    static void check(boolean holds, Object... what) {
        if (!holds) {
            throw new AssertionError(Arrays.toString(what));
        }
    }
}
