package storage.dispersive.cli.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.cli.san.EngineProcess;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.PortionSurvey;
import storage.dispersive.cli.san.StoragePods;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.engine.EngineReport;

/**
 * A local SAN at one moment. The JSON form of this record is what {@code status -o json} prints;
 * fields are added, never taken away or changed ({@code docs/local-san.md}).
 */
public record SanStatus(
        int format, String home, NetworkRecord network, List<Pod> pods, List<Volume> volumes) {

    public static final int FORMAT = 1;

    public SanStatus {
        pods = List.copyOf(pods);
        volumes = List.copyOf(volumes);
    }

    /**
     * One storage pod.
     *
     * @param state READY, NOT_READY or DOWN
     * @param pid 0 without a process
     * @param storeBytes of all files of the store, with what is kept in reserve
     */
    public record Pod(
            String name,
            String state,
            long pid,
            String address,
            String healthAddress,
            String store,
            long storeBytes) {}

    /**
     * One volume.
     *
     * @param phase READY, CREATING or DELETING
     * @param attachment null when nobody attached it
     * @param podsMissing down or wiped
     * @param podsThatMayStillFail without harm to reads and writes; negative: that many are too
     *     few; 0 unless the phase is READY
     * @param engine null when none runs for the present attachment
     * @param fencedEngines of earlier attachments that still run
     */
    public record Volume(
            String name,
            String id,
            long sizeBytes,
            int data,
            int redundancy,
            String key,
            String phase,
            long generation,
            VolumeRecord.@Nullable Attachment attachment,
            int podsMissing,
            int podsThatMayStillFail,
            List<Portion> portions,
            @Nullable EngineReport engine,
            List<EngineReport> fencedEngines) {

        public Volume {
            portions = List.copyOf(portions);
            fencedEngines = List.copyOf(fencedEngines);
        }
    }

    /**
     * What one pod holds of a volume.
     *
     * @param state HELD, WIPED or DOWN
     * @param portions of how many stripes the pod holds one
     * @param bytes that they take there, in whole segments
     */
    public record Portion(
            int slot, String pod, String state, long portions, long bytes, String detail) {}

    /** Looks at everything once; takes some ten seconds per volume when pods hang. */
    public static SanStatus of(LocalSan san) {
        List<Pod> pods = san.pods().all().stream().map(SanStatus::pod).toList();
        List<Volume> volumes = new ArrayList<>();
        for (VolumeRecord record : san.volumes().all()) {
            volumes.add(volume(san, record));
        }
        return new SanStatus(
                FORMAT, san.home().root().toString(), san.record().network(), pods, volumes);
    }

    private static Pod pod(StoragePods.Sight sight) {
        return new Pod(
                sight.pod().name(),
                sight.state().name(),
                sight.pid(),
                sight.pod().address(),
                sight.pod().healthAddress(),
                sight.pod().store(),
                sight.storeBytes());
    }

    private static Volume volume(LocalSan san, VolumeRecord record) {
        boolean isWhole = record.phase() == VolumeRecord.Phase.READY;
        List<PortionSurvey.Portion> portions = isWhole ? san.survey().of(record) : List.of();
        int missing = (int) portions.stream().filter(PortionSurvey.Portion::isMissing).count();
        Optional<EngineReport> current = Optional.empty();
        List<EngineReport> others = new ArrayList<>();
        for (EngineProcess engine : san.engines(record)) {
            Optional<EngineReport> report = engine.report();
            if (record.attachment() != null && engine.generation() == record.generation()) {
                current = report;
            } else {
                report.ifPresent(others::add);
            }
        }
        int mayFail =
                current.filter(EngineReport::isServing)
                        .map(EngineReport::podsThatMayStillFail)
                        .orElse(isWhole ? record.redundancy() - missing : 0);
        return new Volume(
                record.name(),
                record.id(),
                record.sizeBytes(),
                record.data(),
                record.redundancy(),
                record.key(),
                record.phase().name(),
                record.generation(),
                record.attachment(),
                missing,
                mayFail,
                portions.stream().map(SanStatus::portion).toList(),
                current.orElse(null),
                others);
    }

    private static Portion portion(PortionSurvey.Portion portion) {
        return new Portion(
                portion.slot(),
                portion.pod(),
                portion.state().name(),
                portion.portions(),
                portion.volumeBytes(),
                portion.detail());
    }
}
