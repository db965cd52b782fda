package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;

/**
 * The mounter over this machine's kernel. Needs the rights of root, /dev/fuse and loop devices,
 * Linux 5.12.
 */
public final class LocalMounter implements Mounter, AutoCloseable {

    /** What was aborted fails soon; whoever has the volume's turn gives it back then. */
    private static final Duration ABANDON_PATIENCE = Duration.ofSeconds(20);

    private final Roots roots;
    private final Turns turns = new Turns();
    private final Programs programs = new Programs();
    private final Disks disks;
    private final OwnDevices devices;
    private final DeviceLook look;
    private final Layers layers;
    private final Formatter formatter;
    private final Staging staging;
    private final Publishing publishing;
    private final Growing growing;
    private final StatsProbe stats;
    private final Surveyor surveyor;

    private LocalMounter(Roots roots, LocalSettings settings) throws IOException {
        this.roots = roots;
        Patience patience = new Patience();
        Connections connections =
                new Connections(settings.keeper(), settings.otherKeepers(), patience);
        devices = new OwnDevices(settings.state().toRealPath());
        look = new DeviceLook(programs);
        layers = new Layers(devices, connections);
        disks = new Disks(devices, connections, roots);
        formatter = new Formatter(devices, look, programs);
        staging = new Staging(roots, devices, layers, look, programs);
        publishing = new Publishing(roots, devices, layers);
        growing = new Growing(devices, programs);
        stats = new StatsProbe(roots, devices, patience, settings.statsLimit());
        surveyor = new Surveyor(devices, connections, programs);
        disks.adopt();
    }

    /**
     * Takes descriptors over that other keepers hold, for instance those of the mounter that this
     * one follows. The own keeper must listen by then. The state directory is made if it is
     * missing.
     */
    public static LocalMounter open(LocalSettings settings) throws IOException {
        Files.createDirectories(
                settings.state(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Roots roots = Roots.open(settings.roots());
        try {
            return new LocalMounter(roots, settings);
        } catch (IOException | RuntimeException e) {
            roots.close();
            throw e;
        }
    }

    /** One at a time for each of the keys. */
    private <T> T inTurn(String what, List<Object> keys, Kernel<T> work) throws MounterException {
        List<Turns.Turn> taken = new ArrayList<>();
        try {
            for (Object key : keys) {
                taken.add(turns.take(key.toString()));
            }
            return Kernel.ask(what, work);
        } finally {
            taken.forEach(Turns.Turn::close);
        }
    }

    @Override
    public DiskOpening openDisk(VolumeKey volume) throws MounterException {
        return inTurn("open the disk of " + volume, List.of(volume), () -> disks.open(volume));
    }

    @Override
    public BlockDisk attachLoop(VolumeKey volume) throws MounterException {
        return inTurn("attach " + volume, List.of(volume), () -> disks.attach(volume));
    }

    @Override
    public BlockDisk refreshSize(VolumeKey volume) throws MounterException {
        return inTurn(
                "refresh the size of " + volume, List.of(volume), () -> disks.refreshSize(volume));
    }

    @Override
    public DiskClosing closeDisk(VolumeKey volume) throws MounterException {
        return inTurn("close the disk of " + volume, List.of(volume), () -> disks.close(volume));
    }

    @Override
    public DiskClosing abandonDisk(VolumeKey volume) throws MounterException {
        String what = "abandon the disk of " + volume;
        // First, and without its turn: what hangs on the disk ends by this, and gives the turn
        // back.
        Kernel.ask(
                what,
                () -> {
                    programs.kill(volume);
                    disks.abort(volume);
                    return volume;
                });
        try (Turns.Turn _ = turns.take(volume.toString(), ABANDON_PATIENCE)) {
            return Kernel.ask(what, () -> disks.takeAway(volume));
        }
    }

    @Override
    public Content look(VolumeKey volume) throws MounterException {
        return inTurn(
                "look at " + volume,
                List.of(volume),
                () -> look.look(volume, devices.requireLoop(volume)));
    }

    @Override
    public FormatOutcome format(FormatRequest request) throws MounterException {
        return inTurn(
                "format " + request.volume(),
                List.of(request.volume()),
                () -> formatter.format(request));
    }

    @Override
    public MountOutcome mountFileSystem(StageRequest request) throws MounterException {
        return inTurn(
                "mount " + request.volume(),
                List.of(request.volume(), request.staging()),
                () -> staging.mount(request));
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws MounterException {
        return inTurn(
                "publish " + request.volume(),
                List.of(request.volume(), request.target()),
                () -> publishing.publish(request));
    }

    @Override
    public UnmountOutcome unpublish(TargetPath target) throws MounterException {
        return inTurn(
                "unpublish " + target,
                List.of(target),
                () -> {
                    Optional<Place> found = roots.find(target.path());
                    if (found.isEmpty()) {
                        return new UnmountOutcome.Unmounted();
                    }
                    try (Place place = found.get()) {
                        UnmountOutcome outcome = layers.clear(place);
                        if (outcome instanceof UnmountOutcome.Unmounted) {
                            place.removeEmpty();
                        }
                        return outcome;
                    }
                });
    }

    @Override
    public UnmountOutcome unstage(StagingPath path) throws MounterException {
        return inTurn(
                "unstage " + path,
                List.of(path),
                () -> {
                    Optional<Place> found = roots.find(path.path());
                    if (found.isEmpty()) {
                        return new UnmountOutcome.Unmounted();
                    }
                    try (Place place = found.get()) {
                        return layers.clear(place);
                    }
                });
    }

    @Override
    public GrowOutcome grow(VolumeKey volume) throws MounterException {
        return inTurn("grow " + volume, List.of(volume), () -> growing.grow(volume));
    }

    @Override
    public VolumeStats stats(Path path) throws MounterException {
        return Kernel.ask("stats of " + path, () -> stats.probe(path));
    }

    @Override
    public Survey survey() throws MounterException {
        return Kernel.ask("survey", surveyor::survey);
    }

    /** Lets the roots go; what is mounted stays. */
    @Override
    public void close() {
        roots.close();
    }
}
