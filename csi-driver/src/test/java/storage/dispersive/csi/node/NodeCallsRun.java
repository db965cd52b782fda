package storage.dispersive.csi.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import storage.dispersive.csi.node.Mishaps.DriverDied;
import storage.dispersive.csi.node.Mishaps.Mishap;
import storage.dispersive.csi.node.Mishaps.Moment;
import storage.dispersive.csi.node.NodeVolumes.ExpandRequest;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.StatsRequest;
import storage.dispersive.csi.node.NodeVolumes.Writing;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.VolumeKey;

/**
 * Calls of a kubelet at random, on a node where everything goes wrong, held against {@link
 * NodeExpectation}. The same seed is the same run.
 */
final class NodeCallsRun {

    private static final int STEPS = 40;
    private static final int PODS = 2;

    /** Each removes one hindrance of a call. */
    private static final int TRIES = 4;

    /** Beyond what any call asks. */
    private static final int QUESTIONS = 16;

    private static final Capability XFS = TestedNode.mounted(Face.FilesystemType.XFS);

    private final Random random;
    private final TestedNode node;
    private final NodeExpectation expected;
    private final List<VolumeHandle> volumes =
            List.of(
                    TestedNode.handle("files"),
                    TestedNode.handle("more-files"),
                    TestedNode.handle("blocks"));
    private final Map<VolumeHandle, Integer> lives = new HashMap<>();

    /** Told only if something is wrong. */
    private final List<Object> trace = new ArrayList<>();

    private int published;

    NodeCallsRun(long seed, Path directory) {
        random = new Random(seed);
        node = new TestedNode(directory);
        expected = new NodeExpectation(node);
        volumes.forEach(this::create);
    }

    /** How many workloads were shown a volume. */
    int published() {
        return published;
    }

    /** What went against the rules first; empty if nothing did. */
    Optional<String> run() {
        for (int i = 0; i < STEPS && !isWrong(); i++) {
            step(volumes.get(random.nextInt(volumes.size())));
        }
        if (!isWrong()) {
            end();
        }
        return isWrong()
                ? Optional.of(
                        expected.violations()
                                + " after\n  "
                                + trace.stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining("\n  ")))
                : Optional.empty();
    }

    private boolean isWrong() {
        return !expected.violations().isEmpty();
    }

    private <T> T any(T[] all) {
        return Arrays.asList(all).get(random.nextInt(all.length));
    }

    private boolean chance(int in) {
        return random.nextInt(in) == 0;
    }

    private void create(VolumeHandle volume) {
        int life = lives.merge(volume, 1, Integer::sum);
        var key = new VolumeKey(volume.name() + "-" + life);
        node.cluster.create(volume, key);
        if (chance(10)) {
            var found = new Content.Unrecognised("somebody's");
            node.pods.create(key, found);
        }
        expected.know(volume, key);
    }

    private void step(VolumeHandle volume) {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> stage(volume);
            case 4, 5, 6 -> publish(volume);
            case 7, 8 -> unpublish(volume, random.nextInt(PODS));
            case 9, 10 -> unstage(volume);
            case 11 -> stats(volume);
            case 12 -> expand(volume);
            case 13 -> evictLost();
            case 14, 15, 16 -> clusterChanges(volume);
            default -> nodeChanges(volume);
        }
    }

    private void say(Object what) {
        trace.add(what);
    }

    private void clusterChanges(VolumeHandle volume) {
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                attach(volume);
            }
            case 2 -> {
                say("detach " + volume);
                node.cluster.detach(volume);
            }
            case 3 -> {
                say("another node takes over " + volume);
                node.cluster.takeOver(volume);
            }
            case 4 -> {
                say("nobody has " + volume);
                node.cluster.free(volume);
            }
            default -> {
                if (node.cluster.of(volume).holding.nodes().isEmpty()) {
                    say("delete and make anew " + volume);
                    node.pods.of(node.cluster.of(volume).key).isBroken = true;
                    create(volume);
                }
            }
        }
    }

    /** It has left the node that has it, whichever that is. */
    private void attach(VolumeHandle volume) {
        say("attach " + volume);
        if (node.cluster.of(volume).holding.nodes().contains(FakeCluster.THERE)) {
            node.cluster.free(volume);
        }
        var _ = node.cluster.attach(volume);
    }

    private void nodeChanges(VolumeHandle volume) {
        var key = node.cluster.of(volume).key;
        switch (random.nextInt(9)) {
            case 0 -> {
                say("reboot");
                node.reboot();
            }
            case 1 -> {
                say("the engine process restarts");
                node.engines.restart();
            }
            case 2 -> {
                say("the engine process loses " + key);
                node.engines.forget(key);
            }
            case 3 -> {
                say("the connection dies of " + key);
                node.kernel.kill(key);
            }
            case 4 -> {
                say("the pods of " + key + " come or go");
                node.pods.of(key).isAway = chance(2);
            }
            case 5 -> {
                say("a container holds " + key);
                node.kernel.held.add(key);
            }
            case 6 -> {
                say("busy: " + TestedNode.target(volume, 0));
                node.kernel.busy.add(TestedNode.target(volume, 0).path());
            }
            case 7 -> {
                say("the next mkfs is killed");
                node.mounter.killMkfs();
            }
            default -> {
                say("engines go on");
                node.engines.goOn();
            }
        }
    }

    private Capability capability(VolumeHandle volume) {
        return volume.name().equals("blocks") ? TestedNode.BLOCK : TestedNode.EXT4;
    }

    private void stage(VolumeHandle volume) {
        if (!chance(6)) {
            attach(volume);
        }
        long generation = Math.max(1, node.cluster.of(volume).holding.generation());
        StageRequest request = node.stage(volume, new Attachment(generation), capability(volume));
        request =
                switch (random.nextInt(12)) {
                    case 0 -> node.stage(volume, new Attachment(1), capability(volume));
                    case 1 -> node.stage(volume, request.attachment(), XFS);
                    default -> request;
                };
        StageRequest asked = request;
        var _ = disturbed(asked, () -> node.driver().stage(asked));
        expected.beforeStage(asked);
        expected.afterStage(asked, again(() -> node.driver().stage(asked)));
    }

    private void publish(VolumeHandle volume) {
        AccessMode mode =
                chance(4) ? AccessMode.SINGLE_NODE_SINGLE_WRITER : AccessMode.SINGLE_NODE_WRITER;
        PublishRequest request =
                new PublishRequest(
                        volume,
                        TestedNode.staging(volume),
                        TestedNode.target(volume, random.nextInt(PODS)),
                        new Capability(capability(volume).face(), mode),
                        chance(4) ? Writing.READ_ONLY : Writing.READ_WRITE);
        var _ = disturbed(request, () -> node.driver().publish(request));
        Outcome<?> outcome = again(() -> node.driver().publish(request));
        expected.afterPublish(request, outcome);
        published += outcome instanceof Outcome.Done ? 1 : 0;
    }

    private void unpublish(VolumeHandle volume, int pod) {
        var request = TestedNode.unpublish(volume, pod);
        var _ = disturbed(request, () -> node.driver().unpublish(request));
        expected.afterUnpublish(request, again(() -> node.driver().unpublish(request)));
    }

    private void unstage(VolumeHandle volume) {
        var request = TestedNode.unstage(volume);
        var _ = disturbed(request, () -> node.driver().unstage(request));
        expected.beforeUnstage(request);
        expected.afterUnstage(request, again(() -> node.driver().unstage(request)));
    }

    private void stats(VolumeHandle volume) {
        StatsRequest request =
                new StatsRequest(volume, new VolumePath(TestedNode.target(volume, 0).path()));
        var _ = disturbed(request, () -> node.driver().stats(request));
        var _ = again(() -> node.driver().stats(request));
    }

    private void expand(VolumeHandle volume) {
        var resource = node.cluster.of(volume);
        if (chance(2)) {
            resource.size = new ByteSize(resource.size.bytes() * 2);
        }
        ExpandRequest request =
                new ExpandRequest(
                        volume,
                        new VolumePath(TestedNode.staging(volume).path()),
                        new SizeRange(resource.size, SizeRange.Limit.NONE));
        var _ = disturbed(request, () -> node.driver().expand(request));
        var _ = again(() -> node.driver().expand(request));
    }

    private void evictLost() {
        var _ = disturbed("lost", () -> node.driver().lost());
        Outcome<?> outcome = again(() -> node.driver().lost());
        expected.afterLost(outcome);
        if (outcome instanceof Outcome.Done<?>(Lost lost)) {
            for (VolumeHandle volume : lost.volumes()) {
                List<Path> targets = expected.targetsOf(volume);
                boolean isCut = disturbed("evict " + volume, () -> node.driver().evict(volume));
                Outcome<?> evicted = again(() -> node.driver().evict(volume));
                // Whoever is cut off knows of no targets when it comes again.
                expected.afterEvict(volume, evicted, isCut ? List.of() : targets);
            }
        }
    }

    /** Perhaps it is called, and something goes wrong in it; gives whether it was. */
    private boolean disturbed(Object what, Supplier<Outcome<?>> call) {
        say(what);
        boolean wasCalled = false;
        while (chance(2) && !isWrong()) {
            Moment moment = any(Moment.values());
            Mishap mishap =
                    chance(2)
                            ? new Mishap.Death(moment)
                            : new Mishap.Failure(moment, any(Reason.values()));
            int after = random.nextInt(QUESTIONS);
            node.mishaps.plan(mishap, after);
            say(mishap);
            say(after + " questions before");
            ask(call);
            wasCalled = true;
            node.mishaps.none();
        }
        return wasCalled;
    }

    private void ask(Supplier<Outcome<?>> call) {
        try {
            say(call.get());
        } catch (DriverDied e) {
            node.restartDriver();
        } catch (RuntimeException e) {
            expected.violated("a call ended with " + e);
        }
        expected.always();
    }

    /** Until it is done, as nothing goes wrong any more. */
    private Outcome<?> again(Supplier<Outcome<?>> call) {
        Outcome<?> outcome = Outcome.refused(new Refusal.NotYet("never asked"));
        for (int i = 0; i < TRIES && !(outcome instanceof Outcome.Done); i++) {
            try {
                outcome = call.get();
            } catch (RuntimeException e) {
                expected.violated("a call ended with " + e);
            }
            expected.always();
        }
        say(outcome);
        return outcome;
    }

    /** All is well again, and everything is taken back. */
    private void end() {
        say("the end");
        node.kernel.busy.clear();
        node.kernel.held.clear();
        expected.heal();
        node.engines.goOn();
        for (VolumeHandle volume : volumes) {
            for (int pod = 0; pod < PODS; pod++) {
                unpublish(volume, pod);
            }
            unstage(volume);
        }
        expected.atTheEnd();
    }
}
