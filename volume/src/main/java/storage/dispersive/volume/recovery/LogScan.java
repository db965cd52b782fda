package storage.dispersive.volume.recovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.History;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.volume.EngineRule;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeSpec;

/**
 * All that the pods listed, and what follows from it: which start decides, how far the log is
 * committed, what is kept above that, and where it is cut. The reasons are in {@code
 * docs/protocol.md}.
 */
final class LogScan {

    private final VolumeSpec spec;
    private final EngineSettings settings;
    private final TreeMap<Epoch, EpochLog> epochs = new TreeMap<>();
    private final Set<Holder> answered = new HashSet<>();
    private long highestSegment;

    LogScan(VolumeSpec spec, EngineSettings settings) {
        this.spec = spec;
        this.settings = settings;
    }

    void add(PortionHeader portion) {
        StripeHeader header = portion.stripe();
        highestSegment = Math.max(highestSegment, header.segment());
        epochs.computeIfAbsent(header.epoch(), _ -> new EpochLog()).add(portion);
    }

    /** A store has listed everything, and vouches that there was nothing else. */
    void answered(Member member) {
        answered.add(new Holder(member.slot(), member.incarnation()));
    }

    long nextSegment() {
        return highestSegment + 1;
    }

    int answers() {
        return answered.size();
    }

    /** What follows from the answers so far. */
    Verdict decide() {
        int needed =
                settings.enforces(EngineRule.FENCE_NEEDS_K_ANSWERS)
                        ? spec.code().dataPortions()
                        : 1;
        if (answered.size() < needed) {
            return new Verdict.Wait(
                    answered.size() + " of the " + needed + " pods that are needed have answered");
        }
        EpochLog deciding = deciding();
        if (deciding == null || deciding.start() == null) {
            return enoughFrom(1, needed, nothing());
        }
        return adopt(deciding, deciding.start(), needed);
    }

    private Verdict adopt(EpochLog log, StripeHeader start, int needed) {
        long committed = Math.max(start.seq() - 1, log.committedThrough());
        List<History.Completed> ranges = new ArrayList<>();
        String gap = resolve(start, ranges);
        if (gap != null) {
            return new Verdict.Wait(gap);
        }
        History history = start.history();
        List<Sighting> kept = new ArrayList<>();
        if (committed >= start.seq()) {
            history = new History(start.epoch(), start.seq(), committed, List.of());
            ranges.add(new History.Completed(start.seq(), committed, start.epoch()));
            keep(log, committed, kept);
        }
        SortedMap<Long, Integer> later = laterAttempts(start, ranges);
        return enoughFrom(committed + 1, needed, new Verdict.Adopt(history, ranges, later, kept));
    }

    private static Verdict nothing() {
        return new Verdict.Adopt(History.NONE, List.of(), new TreeMap<>(), List.of());
    }

    /**
     * What the deciding epoch and those before it in its history say of later attempts. An epoch
     * speaks for its own stripes as far as the history adopts them, and for all that its start
     * adopted: the header that proves the last commits of an epoch may itself never have been
     * committed, so the start after it says again what it said.
     */
    private SortedMap<Long, Integer> laterAttempts(
            StripeHeader deciding, List<History.Completed> ranges) {
        SortedMap<Long, Integer> attempts = new TreeMap<>();
        StripeHeader start = deciding;
        while (start != null) {
            EpochLog log = epochs.get(start.epoch());
            if (log == null) {
                break;
            }
            for (Map.Entry<Long, Integer> said : log.laterAttempts().entrySet()) {
                long seq = said.getKey();
                if (seq < start.seq() || start.epoch().equals(epochOf(seq, ranges))) {
                    attempts.putIfAbsent(seq, said.getValue());
                }
            }
            EpochLog parent = epochs.get(start.history().parentEpoch());
            start = parent == null ? null : parent.start();
        }
        return attempts;
    }

    private static @Nullable Epoch epochOf(long seq, List<History.Completed> ranges) {
        for (History.Completed range : ranges) {
            if (seq >= range.fromSeq() && seq <= range.throughSeq()) {
                return range.epoch();
            }
        }
        return null;
    }

    private void keep(EpochLog log, long committed, List<Sighting> kept) {
        if (!settings.enforces(EngineRule.KEEP_WHAT_MAY_BE_COMMITTED)) {
            return;
        }
        Sighting next = log.perhapsCommitted(committed + 1, answered);
        while (next != null) {
            kept.add(next);
            next = log.perhapsCommitted(committed + 1 + kept.size(), answered);
        }
    }

    /** A store answers only for what came after it was admitted. */
    private Verdict enoughFrom(long seq, int needed, Verdict verdict) {
        long entitled =
                spec.members().stream()
                        .filter(member ->
                                answered.contains(new Holder(member.slot(), member.incarnation())))
                        .filter(member -> member.admittedFromSeq() <= seq)
                        .count();
        return entitled >= needed
                ? verdict
                : new Verdict.Wait(
                        entitled
                                + " of the "
                                + needed
                                + " pods that are needed have answered for stripe "
                                + seq);
    }

    private @Nullable EpochLog deciding() {
        var candidates =
                settings.enforces(EngineRule.HIGHEST_START_DECIDES)
                        ? epochs.descendingMap()
                        : epochs;
        for (Map.Entry<Epoch, EpochLog> entry : candidates.entrySet()) {
            if (entry.getValue().start() != null) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** Adds the ranges that a start adopts; names what is missing, if its chain is broken. */
    private @Nullable String resolve(StripeHeader start, List<History.Completed> ranges) {
        List<History> chain = new ArrayList<>();
        History history = start.history();
        while (history.parentSeq() > 0) {
            chain.addFirst(history);
            EpochLog parent = epochs.get(history.parentEpoch());
            StripeHeader parentStart = parent == null ? null : parent.start();
            if (parentStart == null || parentStart.seq() != history.parentSeq()) {
                return "the start record of epoch " + history.parentEpoch() + " is not readable";
            }
            history = parentStart.history();
        }
        for (History link : chain) {
            ranges.add(
                    new History.Completed(
                            link.parentSeq(), link.parentThrough(), link.parentEpoch()));
            ranges.addAll(link.completed());
        }
        return null;
    }
}
