package storage.dispersive.csi.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import storage.dispersive.csi.controller.Attaching;
import storage.dispersive.csi.controller.Attaching.Step;
import storage.dispersive.csi.controller.Holding;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.controller.Holding.Nobody;
import storage.dispersive.csi.controller.Holding.OneNode;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.VolumeKey;

/**
 * Volumes as the cluster knows them, who has them by the controller's own rules. One thread at a
 * time.
 */
final class FakeCluster implements Tenancy, Descriptions, FormatRecords {

    static final NodeName HERE = new NodeName("here");
    static final NodeName THERE = new NodeName("there");
    static final ByteSize SIZE = new ByteSize(1 << 20);

    private final FakePods pods;
    private final Mishaps mishaps;
    private final Map<String, Resource> resources = new TreeMap<>();
    private final List<String> lies = new ArrayList<>();
    private Function<VolumeKey, List<String>> left = _ -> List.of();

    FakeCluster(FakePods pods, Mishaps mishaps) {
        this.pods = pods;
        this.mishaps = mishaps;
    }

    /** A volume's resource. */
    static final class Resource {
        final VolumeKey key;
        ByteSize size = SIZE;
        Holding holding = Holding.NEVER;
        FormatState format = FormatState.NEVER;

        private Resource(VolumeKey key) {
            this.key = key;
        }
    }

    /** Whom to ask what a node still has of a volume when it says that it let go. */
    void check(Function<VolumeKey, List<String>> leftOnNode) {
        left = leftOnNode;
    }

    /** A volume, in the place of the one before of that name. */
    Resource create(VolumeHandle volume, VolumeKey key) {
        pods.create(key, FakePods.BLANK);
        Resource resource = new Resource(key);
        resources.put(volume.toString(), resource);
        return resource;
    }

    Resource of(VolumeHandle volume) {
        Resource resource = resources.get(volume.toString());
        if (resource == null) {
            throw new IllegalStateException("there is no volume " + volume);
        }
        return resource;
    }

    void delete(VolumeHandle volume) {
        resources.remove(volume.toString());
    }

    /** This node gets it in the next generation, if nobody has it. */
    Attachment attach(VolumeHandle volume) {
        Resource resource = of(volume);
        if (resource.holding.holder() instanceof Nobody) {
            resource.holding =
                    new Holding(
                            resource.holding.generation() + 1, new OneNode(HERE, Grip.ATTACHED));
        }
        return new Attachment(resource.holding.generation());
    }

    /** The controller wants it back, and forces nothing. */
    void detach(VolumeHandle volume) {
        Resource resource = of(volume);
        if (resource.holding.holder() instanceof OneNode(NodeName node, Grip grip)) {
            resource.holding =
                    new Holding(
                            resource.holding.generation(),
                            grip == Grip.ATTACHED ? new Nobody() : new OneNode(node, Grip.LEAVING));
        }
    }

    /** Another node gets it, whatever this one does, and its engine fences this one's. */
    void takeOver(VolumeHandle volume) {
        Resource resource = of(volume);
        long next = resource.holding.generation() + 1;
        resource.holding = new Holding(next, new OneNode(THERE, Grip.OPEN));
        pods.of(resource.key).fence = next;
    }

    /** Nobody has it any more. */
    void free(VolumeHandle volume) {
        Resource resource = of(volume);
        resource.holding = new Holding(resource.holding.generation(), new Nobody());
    }

    boolean isHeld(VolumeHandle volume, Attachment attachment) {
        return resources.containsKey(volume.toString())
                && Attaching.isHeldBy(of(volume).holding, HERE, attachment);
    }

    /** How this node has it; as if it had not opened it if it has not at all. */
    Grip grip(VolumeHandle volume) {
        return of(volume).holding.holder() instanceof OneNode(NodeName node, Grip grip)
                        && node.equals(HERE)
                ? grip
                : Grip.ATTACHED;
    }

    @Override
    public Outcome<Opened> open(VolumeHandle volume, Attachment attachment) {
        return mishaps.outcome(
                () -> change(volume, now -> Attaching.open(now, HERE, attachment), new Opened()));
    }

    @Override
    public Outcome<LetGo> letGo(VolumeHandle volume, Attachment attachment) {
        return mishaps.outcome(() -> {
            Resource resource = resources.get(volume.toString());
            if (resource == null) {
                return Outcome.done(new LetGo());
            }
            if (isHeld(volume, attachment)) {
                lies.addAll(left.apply(resource.key));
            }
            return change(volume, now -> Attaching.letGo(now, HERE, attachment), new LetGo());
        });
    }

    private <T> Outcome<T> change(VolumeHandle volume, Function<Holding, Step> rule, T done) {
        Resource resource = resources.get(volume.toString());
        if (resource == null) {
            return Outcome.refused(new Refusal.Missing("there is no volume " + volume));
        }
        return switch (rule.apply(resource.holding)) {
            case Step.Stays _ -> Outcome.done(done);
            case Step.Forbidden(Refusal why) -> Outcome.refused(why);
            case Step.Becomes(Holding next) -> become(resource, next, done);
            case Step.Waits(Holding next) -> become(resource, next, done);
        };
    }

    private static <T> Outcome<T> become(Resource resource, Holding next, T done) {
        resource.holding = next;
        return Outcome.done(done);
    }

    @Override
    public Outcome<Right> right(VolumeHandle volume, Attachment attachment) {
        return mishaps.outcome(
                () -> Outcome.done(isHeld(volume, attachment) ? Right.HELD : Right.LOST));
    }

    @Override
    public Outcome<Described> describe(VolumeHandle volume, Attachment attachment) {
        return mishaps.outcome(() -> {
            Resource resource = resources.get(volume.toString());
            if (resource == null) {
                return Outcome.refused(new Refusal.Missing("there is no volume " + volume));
            }
            var text =
                    new FakeEngines.Description(
                            resource.key, attachment.generation(), resource.size.bytes());
            return Outcome.done(
                    new Described(
                            new Described.Id(resource.key.value()),
                            resource.size,
                            new Described.Json(text.toString())));
        });
    }

    @Override
    public Outcome<FormatState> stateOf(VolumeHandle volume) {
        return mishaps.outcome(() -> Outcome.done(of(volume).format));
    }

    @Override
    public Outcome<FormatState> advance(
            VolumeHandle volume, Attachment attachment, FormatState next) {
        return mishaps.outcome(() -> {
            if (!isHeld(volume, attachment)) {
                return Outcome.refused(new Refusal.Hindered("another node has it"));
            }
            Resource resource = of(volume);
            if (resource.format.compareTo(next) < 0) {
                resource.format = next;
            }
            return Outcome.done(resource.format);
        });
    }

    /** What a node still had of volumes when it said that it let go. */
    List<String> lies() {
        return lies;
    }
}
