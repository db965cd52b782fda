package storage.dispersive.csi.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * A node that only remembers what it was asked for, and makes and deletes target paths, until there
 * is one with engines and mounts. Safe for use by many threads.
 */
public final class NodeInMemory implements NodeVolumes {

    private final String name;
    private final Map<VolumeHandle, StageRequest> staged = new HashMap<>();
    private final Map<Target, PublishRequest> published = new HashMap<>();

    private record Target(VolumeHandle volume, TargetPath path) {}

    public NodeInMemory(String name) {
        this.name = name;
    }

    @Override
    public synchronized Outcome<Staged> stage(StageRequest request) {
        StageRequest before = staged.putIfAbsent(request.volume(), request);
        return before == null || before.equals(request)
                ? Outcome.done(new Staged())
                : Outcome.refused(new Refusal.Different("it is staged in another way"));
    }

    @Override
    public synchronized Outcome<Gone> unstage(UnstageRequest request) {
        StageRequest before = staged.get(request.volume());
        if (before != null && before.staging().equals(request.staging())) {
            staged.remove(request.volume());
        }
        return Outcome.done(new Gone());
    }

    @Override
    public synchronized Outcome<Published> publish(PublishRequest request) {
        StageRequest stage = staged.get(request.volume());
        if (stage == null || !stage.staging().equals(request.staging())) {
            return Outcome.refused(new Refusal.Hindered("it is not staged there"));
        }
        Target target = new Target(request.volume(), request.target());
        PublishRequest before = published.get(target);
        if (before != null) {
            return before.equals(request)
                    ? Outcome.done(new Published())
                    : Outcome.refused(new Refusal.Different("it is there in another way"));
        }
        boolean isElsewhere =
                published.keySet().stream().anyMatch(it -> it.volume.equals(request.volume()));
        if (isElsewhere && !request.capability().mode().sharesNode()) {
            return Outcome.refused(new Refusal.Hindered("another workload has it"));
        }
        make(request);
        published.put(target, request);
        return Outcome.done(new Published());
    }

    private static void make(PublishRequest request) {
        try {
            switch (request.capability().face()) {
                case Face.Block() -> Files.createFile(request.target().path());
                case Face.Mounted _ -> Files.createDirectory(request.target().path());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized Outcome<Gone> unpublish(UnpublishRequest request) {
        published.remove(new Target(request.volume(), request.target()));
        try {
            Files.deleteIfExists(request.target().path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Outcome.done(new Gone());
    }

    @Override
    public synchronized Outcome<Stats> stats(StatsRequest request) {
        return isAt(request.volume(), request.path())
                ? Outcome.done(
                        new Stats(
                                List.of(
                                        new Usage.Counted(Unit.BYTES, 1 << 20, 4096, 1 << 19),
                                        new Usage.Total(Unit.INODES, 1024)),
                                new Condition.Normal("mounted")))
                : Outcome.refused(new Refusal.Missing("it is not there"));
    }

    @Override
    public synchronized Outcome<Expanded> expand(ExpandRequest request) {
        return isAt(request.volume(), request.path())
                ? Outcome.done(new Expanded(request.range().required()))
                : Outcome.refused(new Refusal.Missing("it is not there"));
    }

    private boolean isAt(VolumeHandle volume, VolumePath path) {
        StageRequest stage = staged.get(volume);
        return published.containsKey(new Target(volume, new TargetPath(path.path())))
                || (stage != null && stage.staging().path().equals(path.path()));
    }

    @Override
    public NodeInfo info() {
        return new NodeInfo(name, 0, Map.of());
    }

    /** How many volumes are staged or published. */
    public synchronized int held() {
        return staged.size() + published.size();
    }

    @Override
    public Outcome<Lost> lost() {
        return Outcome.done(new Lost(List.of()));
    }

    @Override
    public Outcome<Gone> evict(VolumeHandle volume) {
        return Outcome.done(new Gone());
    }
}
