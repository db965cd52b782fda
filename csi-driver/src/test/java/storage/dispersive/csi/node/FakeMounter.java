package storage.dispersive.csi.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import storage.dispersive.csi.node.FakeKernel.Connection;
import storage.dispersive.csi.node.FakeKernel.Layer;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;
import storage.dispersive.mounter.VolumeStats.Amount;
import storage.dispersive.mounter.VolumeStats.Condition;

/**
 * The mounter over a kernel in memory, as {@code docs/mounter.md} says. What would wait for an
 * engine that is not there times out. One thread at a time.
 */
final class FakeMounter implements Mounter {

    private final FakeKernel kernel;
    private final FakeEngines engines;
    private final FakePods pods;
    private final Mishaps mishaps;
    private boolean isMkfsKilled;

    FakeMounter(FakeKernel kernel, FakeEngines engines, FakePods pods, Mishaps mishaps) {
        this.kernel = kernel;
        this.engines = engines;
        this.pods = pods;
        this.mishaps = mishaps;
    }

    /** The next mkfs ends in the middle. */
    void killMkfs() {
        isMkfsKilled = true;
    }

    private static MounterException failure(Reason reason) {
        return new MounterException(reason, "the mounter: " + reason);
    }

    private <T> T step(Mishaps.Step<T, MounterException> step) throws MounterException {
        return mishaps.step(step, FakeMounter::failure);
    }

    private Connection requireLoop(VolumeKey key) throws MounterException {
        return kernel.connection(key)
                .filter(it -> it.loop > 0)
                .orElseThrow(() -> failure(Reason.REFUSED));
    }

    private static BlockDisk describe(Connection connection) {
        return new BlockDisk(Path.of("/dev/loop" + connection.loop), connection.loopBytes);
    }

    @Override
    public DiskOpening openDisk(VolumeKey key) throws MounterException {
        return step(() -> {
            Path directory = Path.of("/disks", key.value());
            Optional<Connection> there = kernel.connection(key).filter(it -> it.isAlive);
            if (there.isPresent()) {
                return there.get().isKept
                        ? new DiskOpening.Kept(directory)
                        : new DiskOpening.HeldElsewhere(directory);
            }
            kernel.disconnect(key);
            kernel.connect(key);
            return new DiskOpening.Fresh(directory);
        });
    }

    @Override
    public BlockDisk attachLoop(VolumeKey key) throws MounterException {
        return step(() -> {
            Connection there = kernel.connection(key).orElseThrow(() -> failure(Reason.REFUSED));
            if (there.loop == 0) {
                if (!engines.answers(key, there)) {
                    throw failure(Reason.TIMED_OUT);
                }
                there.loop = kernel.nextLoop();
                there.loopBytes = engines.report(key).orElseThrow().sizeBytes();
            }
            return describe(there);
        });
    }

    @Override
    public BlockDisk refreshSize(VolumeKey key) throws MounterException {
        return step(() -> {
            Connection there = requireLoop(key);
            engines.report(key).ifPresent(it -> there.loopBytes = it.sizeBytes());
            return describe(there);
        });
    }

    @Override
    public DiskClosing closeDisk(VolumeKey key) throws MounterException {
        return step(() -> {
            Optional<Connection> there = kernel.connection(key);
            List<Path> users =
                    there.map(it -> kernel.layersOf(it).stream().map(Layer::path).toList())
                            .orElse(List.of());
            if (!users.isEmpty() || (there.isPresent() && kernel.held.contains(key))) {
                return new DiskClosing.InUse(users, "it is in use");
            }
            kernel.disconnect(key);
            return new DiskClosing.Closed();
        });
    }

    @Override
    public DiskClosing abandonDisk(VolumeKey key) throws MounterException {
        return step(() -> {
            boolean hadDevice = kernel.connection(key).filter(it -> it.loop > 0).isPresent();
            kernel.disconnect(key);
            return hadDevice && kernel.held.remove(key)
                    ? new DiskClosing.InUse(List.of(), "a container has it open")
                    : new DiskClosing.Closed();
        });
    }

    @Override
    public Content look(VolumeKey key) throws MounterException {
        return step(() -> found(key));
    }

    private Content found(VolumeKey key) throws MounterException {
        Connection there = requireLoop(key);
        if (engines.serves(key, there)) {
            return pods.of(key).content;
        }
        if (engines.answers(key, there) || !there.isAlive) {
            return new Content.Unreadable("EIO");
        }
        throw failure(Reason.TIMED_OUT);
    }

    @Override
    public FormatOutcome format(FormatRequest request) throws MounterException {
        return step(() -> {
            Content found = found(request.volume());
            return switch (request.state()) {
                case NEVER ->
                        found instanceof Content.Blank
                                ? new FormatOutcome.RecordBegun()
                                : new FormatOutcome.Refused(found, "never formatted");
                case BEGUN ->
                        mayBeMade(found)
                                ? make(request)
                                : new FormatOutcome.Refused(found, "no attempt leaves this");
                case DONE ->
                        found instanceof Content.FileSystem there && there.type() == request.type()
                                ? new FormatOutcome.Formatted(there.uuid())
                                : new FormatOutcome.Refused(found, "it has a file system");
            };
        });
    }

    private static boolean mayBeMade(Content found) {
        return switch (found) {
            case Content.Blank _, Content.Unrecognised _ -> true;
            case Content.FileSystem it -> it.history() == Content.History.NEVER_MOUNTED;
            case Content.SomethingElse _, Content.Unreadable _ -> false;
        };
    }

    private FormatOutcome make(FormatRequest request) throws MounterException {
        Connection there = requireLoop(request.volume());
        if (!kernel.layersOf(there).isEmpty()) {
            throw failure(Reason.FAILED);
        }
        if (isMkfsKilled) {
            isMkfsKilled = false;
            pods.overwrite(request.volume());
            throw failure(Reason.UNREACHABLE);
        }
        return new FormatOutcome.Formatted(pods.make(request.volume(), request.type()).uuid());
    }

    /** What is left on top, which is not stale. */
    private Optional<Layer> clearStale(Path path) {
        Optional<Layer> top = kernel.top(path);
        while (top.isPresent() && top.get().isStale()) {
            kernel.unmount(top.get());
            top = kernel.top(path);
        }
        return top;
    }

    @Override
    public MountOutcome mountFileSystem(StageRequest request) throws MounterException {
        return step(() -> {
            if (request.state() != FormatState.DONE) {
                throw failure(Reason.REFUSED);
            }
            VolumeKey key = request.volume();
            Connection there = requireLoop(key);
            Layer wanted =
                    new Layer(
                            request.staging().path(),
                            key,
                            there,
                            request.access(),
                            request.type(),
                            request.options());
            Optional<Layer> top = clearStale(request.staging().path());
            if (top.isPresent()) {
                return top.get().equals(wanted)
                        ? new MountOutcome.Mounted(describe(there))
                        : new MountOutcome.MountedElse("something else");
            }
            Content found = found(key);
            if (!(found instanceof Content.FileSystem it && it.type() == request.type())) {
                return new MountOutcome.NotThere(found);
            }
            if (pods.of(key).needsRepair) {
                return new MountOutcome.NeedsRepair("fsck.ext4 -p ended with 4");
            }
            kernel.mount(wanted);
            if (request.access() == Access.READ_WRITE) {
                pods.use(key);
            }
            return new MountOutcome.Mounted(describe(there));
        });
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws MounterException {
        return step(() -> {
            VolumeKey key = request.volume();
            Optional<Connection> there = kernel.connection(key).filter(it -> it.loop > 0);
            if (there.isEmpty()) {
                return new PublishOutcome.NotStaged("no device");
            }
            return switch (request) {
                case PublishRequest.FileSystem(
                                _,
                                StagingPath staging,
                                var target,
                                Access access) -> {
                    Optional<Layer> source = clearStale(staging.path());
                    yield source.isEmpty() || source.get().of() != there.get()
                            ? new PublishOutcome.NotStaged("not mounted")
                            : show(
                                    new Layer(
                                            target.path(),
                                            key,
                                            there.get(),
                                            source.get().access() == Access.READ_ONLY
                                                    ? Access.READ_ONLY
                                                    : access,
                                            source.get().type(),
                                            List.of()));
                }
                case PublishRequest.Block(_, var target) ->
                        show(
                                new Layer(
                                        target.path(),
                                        key,
                                        there.get(),
                                        Access.READ_WRITE,
                                        null,
                                        List.of()));
            };
        });
    }

    private PublishOutcome show(Layer wanted) {
        Optional<Layer> top = clearStale(wanted.path());
        if (top.isPresent()) {
            return top.get().equals(wanted)
                    ? new PublishOutcome.Published()
                    : new PublishOutcome.TargetTaken("something else");
        }
        kernel.targets.add(wanted.path());
        kernel.mount(wanted);
        return new PublishOutcome.Published();
    }

    @Override
    public UnmountOutcome unpublish(TargetPath target) throws MounterException {
        return step(() -> {
            UnmountOutcome outcome = clear(target.path());
            if (outcome instanceof UnmountOutcome.Unmounted) {
                kernel.targets.remove(target.path());
            }
            return outcome;
        });
    }

    @Override
    public UnmountOutcome unstage(StagingPath staging) throws MounterException {
        return step(() -> clear(staging.path()));
    }

    private UnmountOutcome clear(Path path) throws MounterException {
        Optional<Layer> top = kernel.top(path);
        while (top.isPresent()) {
            Connection of = top.get().of();
            VolumeKey key = top.get().key();
            if (of == null || key == null) {
                return new UnmountOutcome.NotOurs("something else");
            }
            if (of.isAlive && kernel.busy.contains(path)) {
                return new UnmountOutcome.InUse("somebody has files open");
            }
            if (of.isAlive && isLast(top.get(), of) && !engines.answers(key, of)) {
                // It writes what it has not written yet, and nobody takes it.
                throw failure(Reason.TIMED_OUT);
            }
            kernel.unmount(top.get());
            top = kernel.top(path);
        }
        return new UnmountOutcome.Unmounted();
    }

    private boolean isLast(Layer layer, Connection of) {
        return layer.type() != null
                && kernel.layersOf(of).stream().filter(it -> it.type() != null).count() == 1;
    }

    @Override
    public GrowOutcome grow(VolumeKey key) throws MounterException {
        return step(() -> {
            Connection there = requireLoop(key);
            Optional<Layer> mounted =
                    kernel.layersOf(there).stream().filter(it -> it.type() != null).findFirst();
            if (mounted.isEmpty()) {
                return new GrowOutcome.NotMounted();
            }
            if (!engines.serves(key, there) || mounted.get().access() == Access.READ_ONLY) {
                throw failure(Reason.FAILED);
            }
            return new GrowOutcome.Grown(there.loopBytes);
        });
    }

    @Override
    public VolumeStats stats(Path path) throws MounterException {
        return step(() -> {
            Optional<Layer> top = kernel.top(path);
            VolumeKey key = top.map(Layer::key).orElse(null);
            Connection of = top.map(Layer::of).orElse(null);
            if (top.isEmpty() || key == null || of == null) {
                return new VolumeStats.NotMounted();
            }
            boolean isWell = engines.serves(key, of);
            if (top.get().type() != null && !isWell) {
                return new VolumeStats.Unknown(new Condition.Abnormal("it does not answer"));
            }
            Condition condition =
                    isWell
                            ? new Condition.Normal()
                            : new Condition.Abnormal("the disk does not answer");
            return top.get().type() == null
                    ? new VolumeStats.Block(of.loopBytes, condition)
                    : new VolumeStats.FileSystem(
                            new Amount(of.loopBytes, 4096, of.loopBytes - 4096),
                            new Amount(1024, 11, 1013),
                            condition);
        });
    }

    @Override
    public Survey survey() throws MounterException {
        return step(() ->
                new Survey(
                        List.of(),
                        kernel.layers().stream()
                                .filter(it -> it.of() != null)
                                .map(it ->
                                        new Survey.Place(
                                                it.path(),
                                                it.form(),
                                                it.access(),
                                                Optional.ofNullable(it.key())))
                                .toList(),
                        List.of()));
    }
}
