package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import storage.dispersive.cli.lan.Host;
import storage.dispersive.cli.lan.Hosts;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.LockedFile;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.RunNumbers;

/**
 * A storage area network on this machine: {@link #up} makes or starts it, {@link #down} ends it.
 * What changes its pods holds the SAN's lock, so that commands that run at the same time take
 * turns.
 */
public final class LocalSan {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final SanHome home;
    private final SanRecord record;
    private final StoragePods pods;
    private final VolumeRecords volumes;
    private final Identities identities;
    private final Hosts hosts;
    private final PodLinks links;
    private final Sidecars sidecars;

    private LocalSan(SanHome home, SanRecord record) {
        this.home = home;
        this.record = record;
        this.volumes = new VolumeRecords(home);
        this.identities = new Identities(home, Clock.systemUTC());
        this.hosts = Hosts.of(home, record);
        this.links = new PodLinks(record, identities, hosts.client());
        this.sidecars = new Sidecars(home, hostsWithMachines(), identities);
        PodProgram program = new PodProgram(Distribution.locate(), home, record, identities);
        this.pods = new StoragePods(home, record, program, hosts);
    }

    private List<Host> hostsWithMachines() {
        return switch (record.network().isolation()) {
            case ISOLATED -> hosts.all();
            case SHARED -> List.of();
        };
    }

    /** The SAN in {@code home}, which must be there; it may be down. */
    public static LocalSan open(SanHome home) {
        return new LocalSan(home, SanRecord.of(home));
    }

    /**
     * Makes a SAN as is asked for, or starts what is down of the one that is there: hosts if it has
     * any, their sidecars if it is isolated, then pods.
     */
    public static LocalSan up(SanHome home, UpRequest request, Progress progress) {
        home.create();
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            LocalSan san = new LocalSan(home, new Founding(home).findOrMake(request, progress));
            san.start(progress);
            return san;
        }
    }

    private void start(Progress progress) {
        identities.createAuthority();
        record.pods().forEach(identities::issuePod);
        boolean wereUp = hosts.areUp();
        try {
            if (!wereUp && record.network().hasHosts()) {
                progress.step(record.network() + ": making hosts for the client and each pod");
            }
            hosts.up();
            sidecars.start(progress);
            pods.start(record.pods(), progress);
        } catch (RuntimeException e) {
            // A failed command leaves nothing behind; engines may run on hosts that were there.
            pods.stopAll();
            if (!wereUp) {
                sidecars.stopAll();
                hosts.down();
            }
            throw e;
        }
    }

    public SanHome home() {
        return home;
    }

    public SanRecord record() {
        return record;
    }

    /** Where pods and engines run. */
    public Hosts hosts() {
        return hosts;
    }

    public StoragePods pods() {
        return pods;
    }

    public VolumeRecords volumes() {
        return volumes;
    }

    public VolumeCreation creation() {
        return new VolumeCreation(links, volumes, deletion());
    }

    public VolumeDeletion deletion() {
        return new VolumeDeletion(links, volumes, new RunNumbers(home.runNumber()));
    }

    public VolumeAttachment attachment() {
        return new VolumeAttachment(home, volumes, survey(), hosts.client(), Clock.systemUTC());
    }

    public VolumeConnections connections() {
        return new VolumeConnections(home, volumes);
    }

    public PortionSurvey survey() {
        return new PortionSurvey(links);
    }

    public List<EngineProcess> engines(VolumeRecord volume) {
        return EngineProcess.all(home, volume.name());
    }

    public void startPod(String name, Progress progress) {
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            PodRecord pod = record.pod(name);
            sidecars.start(name, progress);
            pods.start(List.of(pod), progress);
        }
    }

    public void killPod(String name) {
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            pods.kill(record.pod(name));
        }
    }

    public void wipePod(String name, WipeRule.Insistence insistence, Progress progress) {
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            PodRecord pod = record.pod(name);
            switch (insistence) {
                case NONE -> new WipeRule(volumes, survey()).check(name);
                case FORCED -> progress.step("wiping " + name + " whatever is lost");
            }
            pods.wipe(pod, progress);
        }
    }

    /** What {@code down} does about volumes whose devices are in use. */
    public enum InUse {
        REFUSE,
        /** Their users get I/O errors. */
        ABANDON
    }

    /** What {@code down} does about what the pods have stored. */
    public enum Data {
        KEEP,
        DELETE
    }

    /** Detaches all volumes and ends all processes of this SAN. */
    public void down(InUse inUse, Data data, Progress progress) {
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            List<VolumeRecord> all = volumes.all();
            if (inUse == InUse.REFUSE) {
                all.forEach(attachment()::checkUnused);
            }
            for (VolumeRecord volume : all) {
                if (!engines(volume).isEmpty() || volume.attachment() != null) {
                    progress.step("detaching " + volume.name());
                    attachment().end(volume, inUse);
                }
            }
            progress.step("stopping the storage pods");
            OwnedProcess.terminateAll(OwnedProcess.below(home.root()), STOP_PATIENCE);
            hosts.down();
            if (data == Data.DELETE) {
                progress.step("deleting all data");
                deleteData();
            }
        }
    }

    private void deleteData() {
        try {
            for (PodRecord pod : record.pods()) {
                FileTree.delete(pod.storeDirectory());
            }
            FileTree.delete(home.root());
        } catch (IOException e) {
            throw new UncheckedIOException("not all data could be deleted", e);
        }
    }
}
