package storage.dispersive.csi.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.node.FakeKernel.Connection;
import storage.dispersive.csi.node.FakeKernel.Layer;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.UnpublishRequest;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.Content.History;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.VolumeKey;

/** What calls must come to, by how the world is when they are made, and what must never be. */
final class NodeExpectation {

    private final TestedNode node;
    private final List<String> violations = new ArrayList<>();
    private final Map<VolumeHandle, List<VolumeKey>> keys = new HashMap<>();

    /** Of the call that is made now. */
    private boolean isToBeDone;

    private boolean hadEngine;

    NodeExpectation(TestedNode node) {
        this.node = node;
    }

    /** A volume is called so from now on. */
    void know(VolumeHandle volume, VolumeKey key) {
        keys.computeIfAbsent(volume, _ -> new ArrayList<>()).add(key);
    }

    List<String> violations() {
        return violations;
    }

    void violated(String how) {
        violations.add(how);
    }

    private void check(boolean isSo, String otherwise) {
        if (!isSo) {
            violated(otherwise);
        }
    }

    private static boolean isDone(Outcome<?> outcome) {
        return outcome instanceof Outcome.Done;
    }

    /** At any moment, whatever died or failed. */
    void always() {
        node.pods.losses().forEach(this::violated);
        node.cluster.lies().forEach(it -> violated("let go, and there was " + it));
        for (Layer layer : node.kernel.layers()) {
            if (layer.type() != null && layer.access() == Access.READ_WRITE) {
                keys.forEach((volume, its) -> {
                    if (its.getLast().equals(layer.key())) {
                        check(
                                node.cluster.of(volume).format == FormatState.DONE,
                                layer + " is mounted before the record says so");
                    }
                });
            }
        }
    }

    void beforeStage(StageRequest request) {
        var resource = node.cluster.of(request.volume());
        Optional<StageRecord> record =
                node.records().find(request.volume()).filter(it -> it.key().equals(resource.key));
        var pods = node.pods.of(resource.key);
        long generation = request.attachment().generation();
        boolean isInTheWay =
                record.filter(it ->
                                it.attachment().generation() > generation
                                        || (it.attachment().generation() == generation
                                                && !it.face().equals(request.capability().face())))
                        .isPresent();
        boolean isUsable =
                request.capability().face().equals(new Face.Block())
                        || holds(request, resource.format, pods.content);
        isToBeDone = mayOpen(request) && !isInTheWay && isUsable && !pods.isAway && !pods.isBroken;
        hadEngine = node.engines.report(resource.key).isPresent();
    }

    private boolean mayOpen(StageRequest request) {
        return node.cluster.isHeld(request.volume(), request.attachment())
                && node.cluster.grip(request.volume()) != Grip.LEAVING;
    }

    /** Whether there is the file system that is wanted, or may be made. */
    private static boolean holds(StageRequest request, FormatState state, Content content) {
        return switch (state) {
            case NEVER -> content instanceof Content.Blank;
            case BEGUN ->
                    !(content instanceof Content.FileSystem it
                            && it.history() == History.PERHAPS_MOUNTED);
            case DONE ->
                    content instanceof Content.FileSystem there
                            && request.capability().face() instanceof Face.Mounted wanted
                            && there.type() == MounterRoom.typeOf(wanted.type());
        };
    }

    void afterStage(StageRequest request, Outcome<?> outcome) {
        check(
                isDone(outcome) == isToBeDone,
                "staging should " + (isToBeDone ? "" : "not ") + "be done: " + outcome);
        VolumeKey key = node.cluster.of(request.volume()).key;
        if (!mayOpen(request) && !hadEngine) {
            check(node.engines.report(key).isEmpty(), "an engine without the right to");
        }
        if (!isDone(outcome)) {
            return;
        }
        Optional<StageRecord> record = node.records().find(request.volume());
        check(
                record.filter(it -> it.key().equals(key) && isOf(it, request)).isPresent(),
                "staged, and written down is " + record);
        Optional<Connection> connection = node.kernel.connection(key);
        check(
                connection.filter(it -> it.loop > 0 && node.engines.serves(key, it)).isPresent(),
                "staged without an engine");
        if (request.capability().face() instanceof Face.Mounted) {
            check(isShown(request.staging().path(), key), "staged, and not mounted");
        }
        check(
                node.engines.report(key).orElseThrow().generation()
                        == request.attachment().generation(),
                "staged with another attachment's engine");
    }

    private static boolean isOf(StageRecord record, StageRequest request) {
        return record.staging().equals(request.staging())
                && record.attachment().equals(request.attachment())
                && record.face().equals(request.capability().face());
    }

    /** Whether what lies on top lives. */
    private boolean isShown(Path path, VolumeKey key) {
        return node.kernel
                .top(path)
                .filter(it -> key.equals(it.key()) && !it.isStale())
                .isPresent();
    }

    /** Never a bare directory, and never what another attachment's engine serves. */
    void afterPublish(PublishRequest request, Outcome<?> outcome) {
        Optional<StageRecord> record = node.records().find(request.volume());
        boolean isServed =
                record.flatMap(it -> node.engines.report(it.key()))
                        .filter(it ->
                                !it.state().isFinal()
                                        && it.generation()
                                                == record.get().attachment().generation())
                        .isPresent();
        if (isDone(outcome)) {
            check(
                    isServed && isShown(request.target().path(), record.get().key()),
                    "published, and nobody serves it");
            check(
                    request.capability().mode().sharesNode() || placesOf(record.get()).size() == 1,
                    "published to a single writer, and to others");
            return;
        }
        boolean isStaged =
                isServed
                        && node.kernel
                                .connection(record.get().key())
                                .filter(it -> it.loop > 0 && it.isAlive)
                                .isPresent()
                        && record.get().face().equals(request.capability().face())
                        && (record.get().face().equals(new Face.Block())
                                || isShown(request.staging().path(), record.get().key()));
        check(
                !isStaged || !placesOf(record.get()).isEmpty(),
                "staged, and cannot be published: " + outcome);
    }

    private List<Layer> placesOf(StageRecord record) {
        return node.kernel.layers().stream()
                .filter(it ->
                        record.key().equals(it.key()) && !it.path().equals(record.staging().path()))
                .toList();
    }

    void afterUnpublish(UnpublishRequest request, Outcome<?> outcome) {
        Path path = request.target().path();
        Optional<Layer> top = node.kernel.top(path);
        if (isDone(outcome)) {
            check(
                    top.isEmpty() && !node.kernel.targets.contains(path),
                    "unpublished, and something is there");
            return;
        }
        check(
                node.kernel.busy.contains(path) || top.filter(this::cannotFlush).isPresent(),
                "nothing is in the way, and it is not unpublished: " + outcome);
    }

    private boolean cannotFlush(Layer layer) {
        VolumeKey key = layer.key();
        Connection of = layer.of();
        return key != null && of != null && of.isAlive && !node.engines.answers(key, of);
    }

    void beforeUnstage(UnstageRequest request) {
        Optional<StageRecord> record = node.records().find(request.volume());
        boolean mayWrite =
                record.flatMap(it -> node.engines.report(it.key()))
                        .filter(it -> !it.state().isFinal())
                        .isPresent();
        isToBeDone =
                !mayWrite
                        || (placesOf(record.get()).isEmpty()
                                && node.kernel
                                        .top(request.staging().path())
                                        .filter(this::cannotFlush)
                                        .isEmpty()
                                && (node.kernel.connection(record.get().key()).isEmpty()
                                        || !node.kernel.held.contains(record.get().key())));
    }

    void afterUnstage(UnstageRequest request, Outcome<?> outcome) {
        check(
                isDone(outcome) == isToBeDone,
                "unstaging should " + (isToBeDone ? "" : "not ") + "be done: " + outcome);
        if (isDone(outcome)) {
            checkGone(request.volume());
        }
    }

    /** Those are lost that others have and that do not serve. */
    void afterLost(Outcome<?> outcome) {
        List<VolumeHandle> lost =
                node.records().all().stream()
                        .filter(it -> !node.cluster.isHeld(it.volume(), it.attachment()))
                        .filter(it ->
                                node.engines
                                        .report(it.key())
                                        .filter(now -> now.state() == VolumeState.SERVING)
                                        .isEmpty())
                        .map(StageRecord::volume)
                        .toList();
        check(outcome.equals(Outcome.done(new Lost(lost))), "lost are " + lost);
    }

    /** Where a volume is shown to workloads. */
    List<Path> targetsOf(VolumeHandle volume) {
        return node.records()
                .find(volume)
                .map(it -> placesOf(it).stream().map(Layer::path).toList())
                .orElse(List.of());
    }

    void afterEvict(VolumeHandle volume, Outcome<?> outcome, List<Path> targets) {
        check(isDone(outcome), "lost, and not taken away: " + outcome);
        check(
                targets.stream().noneMatch(node.kernel.targets::contains),
                "taken away, and bare directories are left");
        checkGone(volume);
    }

    private void checkGone(VolumeHandle volume) {
        for (VolumeKey key : keys.getOrDefault(volume, List.of())) {
            node.leftOf(key).forEach(it -> violated("taken back, and there is " + it));
        }
        check(node.records().find(volume).isEmpty(), "taken back, and there is a record");
    }

    /** Whatever can be mended without the driver is. */
    void heal() {
        keys.values().forEach(its -> its.forEach(it -> node.pods.of(it).isAway = false));
    }

    void atTheEnd() {
        keys.keySet().forEach(this::checkGone);
        keys.keySet()
                .forEach(it ->
                        check(
                                node.cluster.grip(it) == Grip.ATTACHED,
                                "it has not let go of " + it));
        check(node.kernel.targets.isEmpty(), "left are " + node.kernel.targets);
        check(node.kernel.layers().isEmpty(), "left are " + node.kernel.layers());
        check(node.records().all().isEmpty(), "left are " + node.records().all());
    }
}
