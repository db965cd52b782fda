package storage.dispersive.cli.san;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import storage.dispersive.cli.engine.PodCalls;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.Phase;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.RunNumbers;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.portion.Epoch;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodReply.Forgotten;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

/**
 * Deletes volumes. The record says that a deletion has begun before the first pod forgets anything,
 * and goes when all pods have forgotten, so a deletion that was cut short is done again.
 */
public final class VolumeDeletion {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PodLinks links;
    private final VolumeRecords records;
    private final Identities identities;
    private final RunNumbers runs;

    VolumeDeletion(PodLinks links, VolumeRecords records, RunNumbers runs) {
        this.links = links;
        this.records = records;
        this.identities = links.identities();
        this.runs = runs;
    }

    /** What to do about pods that do not answer. */
    public enum UnreachablePods {
        KEEP_RECORD,
        /** Leave there what they hold; nobody has the key to it any more. */
        LEAVE_BEHIND
    }

    public void delete(String name, UnreachablePods unreachable, Progress progress) {
        VolumeRecord record = records.get(name);
        if (record.attachment() != null) {
            throw SanException.failed(
                    "volume '" + name + "' is attached",
                    "detach it first: dispersive volume detach " + name);
        }
        VolumeRecord deleting =
                record.phase() == Phase.DELETING
                        ? record
                        : records.replace(record, record.deleting());
        progress.step("deleting " + name + " on " + record.members().size() + " pods");
        Map<String, String> left = forgetEverywhere(deleting);
        if (!left.isEmpty() && unreachable == UnreachablePods.KEEP_RECORD) {
            throw SanException.failed(
                    "volume '" + name + "' is deleted in part; still there: " + byReason(left),
                    "start the pods that are down with 'dispersive up' and delete it again, or"
                            + " leave their portions behind with --force");
        }
        forget(deleting);
    }

    /** Pods with the same reason stand together, before it. */
    static String byReason(Map<String, String> reasons) {
        Map<String, List<String>> pods = new LinkedHashMap<>();
        new TreeMap<>(reasons)
                .forEach((pod, reason) ->
                        pods.computeIfAbsent(reason, _ -> new ArrayList<>()).add(pod));
        return pods.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue()) + " (" + entry.getKey() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Takes back a creation that failed; what cannot be taken back stays recorded. */
    void undo(VolumeRecord creating, RuntimeException failure) {
        try {
            Map<String, String> left = forgetEverywhere(creating);
            if (left.isEmpty()) {
                forget(creating);
            } else {
                failure.addSuppressed(
                        new IllegalStateException(
                                "pods that may know the volume: " + byReason(left)));
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void forget(VolumeRecord record) {
        identities.forgetVolume(record.volumeId());
        records.remove(record);
    }

    /**
     * Asks each pod what it is and has it forget the volume if it knows it. (A record of a half
     * created volume does not say which incarnations there are.) Returns who may still know it, and
     * why.
     */
    private Map<String, String> forgetEverywhere(VolumeRecord record) {
        Epoch epoch = new Epoch(record.generation() + 1, runs.next());
        Map<String, String> left = new TreeMap<>();
        List<String> pods = record.podNames();
        try (VolumeLink link = links.asAdmin(record.volumeId(), pods)) {
            PodCalls calls = new PodCalls(link.loop(), link.connector(), PATIENCE.toMillis());
            Map<String, CompletableFuture<Boolean>> forgotten = new HashMap<>();
            for (int slot : slots(pods)) {
                forgotten.put(pods.get(slot), forget(calls, slot, record, epoch));
            }
            forgotten.forEach((pod, future) -> {
                try {
                    future.join();
                } catch (CompletionException e) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    left.put(pod, String.valueOf(cause.getMessage()));
                }
            });
        }
        return left;
    }

    private static List<Integer> slots(List<String> pods) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < pods.size(); slot++) {
            slots.add(slot);
        }
        return slots;
    }

    private static CompletableFuture<Boolean> forget(
            PodCalls calls, int slot, VolumeRecord record, Epoch epoch) {
        return calls.ask(slot, new PodRequest.Describe(record.volumeId()), Description.class)
                .thenCompose(description ->
                        description.presence() == Presence.UNKNOWN
                                ? CompletableFuture.completedFuture(false)
                                : calls.ask(
                                                slot,
                                                new PodRequest.Forget(
                                                        record.volumeId(),
                                                        description.incarnation(),
                                                        epoch),
                                                Forgotten.class)
                                        .thenApply(reply -> true));
    }
}
