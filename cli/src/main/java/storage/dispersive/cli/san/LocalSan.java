package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.LockedFile;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.RunNumbers;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecords;

/**
 * A storage area network on this machine: {@link #up} makes or starts it, {@link #down} ends it.
 * What changes its pods holds the SAN's lock, so that commands that run at the same time take
 * turns.
 */
public final class LocalSan {

    private static final int USUAL_PODS = 6;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final SanHome home;
    private final SanRecord record;
    private final StoragePods pods;
    private final VolumeRecords volumes;
    private final Identities identities;

    private LocalSan(SanHome home, SanRecord record, StoragePods pods) {
        this.home = home;
        this.record = record;
        this.pods = pods;
        this.volumes = new VolumeRecords(home);
        this.identities = new Identities(home, Clock.systemUTC());
    }

    /** The SAN in {@code home}, which must be there; it may be down. */
    public static LocalSan open(SanHome home) {
        return open(home, SanRecord.of(home));
    }

    private static LocalSan open(SanHome home, SanRecord record) {
        Identities identities = new Identities(home, Clock.systemUTC());
        PodProgram program = new PodProgram(Distribution.locate(), identities, record);
        return new LocalSan(home, record, new StoragePods(home, record, program));
    }

    /** Makes a SAN of {@code podCount} pods, or starts what is down of the one that is there. */
    public static LocalSan up(SanHome home, UpRequest request, Progress progress) {
        home.create();
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            SanRecord record = home.exists() ? known(home, request) : make(home, request);
            LocalSan san = open(home, record);
            san.identities.createAuthority();
            record.pods().forEach(pod -> san.identities.issuePod(pod.name()));
            try {
                san.pods.start(record.pods(), progress);
            } catch (RuntimeException e) {
                // A failed command leaves nothing behind.
                san.pods.stopAll();
                throw e;
            }
            return san;
        }
    }

    /**
     * What is wanted of a SAN; what is left away is as it is, or as is usual.
     *
     * @param stores where each pod's store gets a directory
     * @param segmentSizeBytes of a new SAN's stores
     */
    public record UpRequest(
            Optional<Integer> podCount, Optional<Path> stores, long segmentSizeBytes) {

        /** For real use. */
        public static final long USUAL_SEGMENT_BYTES = 64L << 20;

        public static final UpRequest USUAL =
                new UpRequest(Optional.empty(), Optional.empty(), USUAL_SEGMENT_BYTES);

        /** A SAN that holds little and goes soon, with small segments in stock. */
        public static final UpRequest SMALL =
                new UpRequest(Optional.empty(), Optional.empty(), 4L << 20);

        public UpRequest {
            stores = stores.map(path -> path.toAbsolutePath().normalize());
            podCount.ifPresent(UpRequest::checkCount);
        }

        private static void checkCount(int count) {
            if (count < 1 || count > SanRecord.MAX_PODS) {
                throw SanException.usage(
                        "a SAN cannot have " + count + " pods",
                        "choose 1 to " + SanRecord.MAX_PODS);
            }
        }
    }

    private static SanRecord known(SanHome home, UpRequest request) {
        SanRecord record = SanRecord.of(home);
        if (record.pods().size() != request.podCount().orElse(record.pods().size())
                || !record.storesDirectory()
                        .equals(request.stores().orElse(record.storesDirectory()))) {
            throw SanException.failed(
                    "there is a local SAN already, of "
                            + record.pods().size()
                            + " pods with stores in "
                            + record.storesDirectory(),
                    "leave --pods and --stores away to start it, or remove it with"
                            + " 'dispersive down --delete-data'");
        }
        return record;
    }

    private static SanRecord make(SanHome home, UpRequest request) {
        Path stores = request.stores().orElse(home.pods());
        int count = request.podCount().orElse(USUAL_PODS);
        List<Integer> ports = new FreePorts(new SecureRandom()).pick(2 * count);
        List<PodRecord> pods = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            String name = "pod-" + index;
            Path store =
                    stores.equals(home.pods())
                            ? home.pod(name).resolve("store")
                            : stores.resolve(name);
            SanHome.directory(home.pod(name));
            SanHome.directory(store);
            pods.add(
                    new PodRecord(
                            name,
                            store.toString(),
                            ports.get(2 * index),
                            ports.get(2 * index + 1)));
        }
        SanRecord record =
                new SanRecord(
                        SanRecord.FORMAT, stores.toString(), request.segmentSizeBytes(), pods);
        record.save(home);
        return record;
    }

    public SanHome home() {
        return home;
    }

    public SanRecord record() {
        return record;
    }

    public StoragePods pods() {
        return pods;
    }

    public VolumeRecords volumes() {
        return volumes;
    }

    public VolumeCreation creation() {
        return new VolumeCreation(record, volumes, identities, deletion());
    }

    public VolumeDeletion deletion() {
        return new VolumeDeletion(record, volumes, identities, new RunNumbers(home.runNumber()));
    }

    public VolumeAttachment attachment() {
        return new VolumeAttachment(home, volumes, survey(), Clock.systemUTC());
    }

    public PortionSurvey survey() {
        return new PortionSurvey(record, identities);
    }

    public List<EngineProcess> engines(VolumeRecord volume) {
        return EngineProcess.all(home, volume.name());
    }

    public void startPod(String name, Progress progress) {
        try (LockedFile _ = LockedFile.hold(home.lock())) {
            pods.start(List.of(record.pod(name)), progress);
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
