package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import storage.dispersive.csi.controller.StoredVolume.Growth;
import storage.dispersive.csi.controller.StoredVolume.Health;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.StoredVolume.Readiness;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.controller.StoredVolume.Version;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Resources in memory, made true by what a test says. Safe for use by many threads. */
public final class VolumesInMemory implements VolumeResources {

    public static final Health WELL =
            new Health(
                    Life.STAYS,
                    new Readiness.Ready(),
                    new Growth.Grown(),
                    new Condition.Normal("serves"));

    private final TreeMap<String, StoredVolume> volumes = new TreeMap<>();
    private final Set<NodeName> nodes;
    private Health healthAtBirth = WELL;
    private Health healthAtGrowth = WELL;
    private boolean isRemovalSlow;
    private int overtaken;
    private long revisions;

    /** With these nodes. */
    public VolumesInMemory(String... nodes) {
        this.nodes = Arrays.stream(nodes).map(NodeName::new).collect(Collectors.toSet());
    }

    synchronized VolumesInMemory bornWith(Health health) {
        healthAtBirth = health;
        return this;
    }

    synchronized VolumesInMemory growingWith(Health health) {
        healthAtGrowth = health;
        return this;
    }

    synchronized VolumesInMemory removingSlowly() {
        isRemovalSlow = true;
        return this;
    }

    /** The next changes find that somebody was faster. */
    synchronized VolumesInMemory overtakenSoOften(int times) {
        overtaken = times;
        return this;
    }

    /** What an operator or a node does to a volume. */
    synchronized void alter(VolumeHandle handle, UnaryOperator<StoredVolume> change) {
        StoredVolume altered = change.apply(Objects.requireNonNull(volumes.get(handle.toString())));
        put(altered);
    }

    synchronized void setHealth(VolumeHandle handle, Health health) {
        alter(handle, it -> with(it, it.shape(), it.holding(), health));
    }

    synchronized void setHolding(VolumeHandle handle, Holding holding) {
        alter(handle, it -> with(it, it.shape(), holding, it.health()));
    }

    private void put(StoredVolume volume) {
        volumes.put(volume.handle().toString(), volume);
        notifyAll();
    }

    private static StoredVolume with(
            StoredVolume volume, Shape shape, Holding holding, Health health) {
        return new StoredVolume(
                volume.handle(), volume.version(), volume.origin(), shape, holding, health);
    }

    private Version revised(Version version) {
        return new Version(version.uid(), Long.toString(++revisions));
    }

    @Override
    public synchronized Optional<StoredVolume> find(VolumeHandle handle) {
        return Optional.ofNullable(volumes.get(handle.toString()));
    }

    @Override
    public synchronized Written insert(NewVolume volume) {
        if (volumes.containsKey(volume.handle().toString())) {
            return new Written.Overtaken();
        }
        String uid = "uid-" + ++revisions;
        StoredVolume made =
                new StoredVolume(
                        volume.handle(),
                        new Version(new Version.Uid(uid), Long.toString(revisions)),
                        volume.origin(),
                        volume.shape(),
                        Holding.NEVER,
                        healthAtBirth);
        put(made);
        return new Written.Now(made);
    }

    @Override
    public synchronized Written change(StoredVolume seen, Change change) {
        StoredVolume now = volumes.get(seen.handle().toString());
        if (overtaken-- > 0 || now == null || !now.version().equals(seen.version())) {
            return new Written.Overtaken();
        }
        Shape shape = now.shape();
        StoredVolume next =
                switch (change) {
                    case Change.Hold(Holding holding) -> with(now, shape, holding, now.health());
                    case Change.Grow(ByteSize size) ->
                            with(
                                    now,
                                    new Shape(size, shape.layout(), shape.limits()),
                                    now.holding(),
                                    healthAtGrowth);
                    case Change.Limit(Limits limits) ->
                            with(
                                    now,
                                    new Shape(shape.size(), shape.layout(), limits),
                                    now.holding(),
                                    now.health());
                };
        StoredVolume revised =
                new StoredVolume(
                        next.handle(),
                        revised(next.version()),
                        next.origin(),
                        next.shape(),
                        next.holding(),
                        next.health());
        put(revised);
        return new Written.Now(revised);
    }

    @Override
    public synchronized void remove(StoredVolume seen) {
        StoredVolume now = volumes.get(seen.handle().toString());
        if (now == null || !now.version().uid().equals(seen.version().uid())) {
            return;
        }
        if (isRemovalSlow) {
            setHealth(
                    seen.handle(),
                    new Health(
                            Life.GOES,
                            now.health().readiness(),
                            now.health().growth(),
                            new Condition.Abnormal("PortionsLeft: pods have not forgotten it")));
            return;
        }
        volumes.remove(seen.handle().toString());
        notifyAll();
    }

    @Override
    public synchronized Sight await(
            VolumeHandle handle, Predicate<StoredVolume> enough, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            @Nullable StoredVolume now = volumes.get(handle.toString());
            if (now == null) {
                return new Sight.Missing();
            }
            if (enough.test(now)) {
                return new Sight.Enough(now);
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return new Sight.Late(now);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Sight.Late(now);
            }
        }
    }

    @Override
    public synchronized Page list(PageWish wish) {
        if (!wish.token().isEmpty() && VolumeHandle.parse(wish.token()).isEmpty()) {
            throw new ResourceException(new Refusal.Stale("no page begins there"));
        }
        Map<String, StoredVolume> rest = volumes.tailMap(wish.token(), false);
        int most = wish.most() == 0 ? Integer.MAX_VALUE : wish.most();
        List<StoredVolume> page = rest.values().stream().limit(most).toList();
        return new Page(page, page.size() < rest.size() ? page.getLast().handle().toString() : "");
    }

    @Override
    public Room roomIn(Layout.InPool pool) {
        return new Room(new ByteSize(600L << 30));
    }

    @Override
    public boolean isNode(NodeName node) {
        return nodes.contains(node);
    }
}
