package storage.dispersive.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.san.Progress;
import storage.dispersive.cli.san.VolumeAttachment;
import storage.dispersive.cli.san.VolumeAttachment.WhenAttached;
import storage.dispersive.cli.san.VolumeCreation;
import storage.dispersive.cli.san.VolumeDeletion.UnreachablePods;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.engine.EngineReport;

/** A SAN with the one volume that is measured. */
record BenchedSan(LocalSan san, Bench.Length length) {

    private static final String VOLUME = "bench";
    private static final Duration ATTACH_PATIENCE = Duration.ofSeconds(60);
    private static final Progress QUIET = what -> {};

    /**
     * Leaves the pods with segment files that were written before, which they keep and use again.
     * Fresh memory would be measured otherwise: its first touch costs a virtual machine several
     * times what memory costs that it already has.
     */
    void age(Fio fio) throws IOException {
        Target target = attach(Face.NBD, "");
        for (int times = 0; times < 2; times++) {
            fio.run(target, Workload.SEQUENTIAL_WRITE, length.warmUp());
        }
        remove();
    }

    /** A new volume, attached; {@code remark} goes behind its face's name. */
    Target attach(Face face, String remark) {
        san.creation()
                .create(
                        new VolumeCreation.Request(
                                VOLUME, length.sizeBytes(), 4, 2, new KeySource.Dispersed()),
                        QUIET);
        EngineReport engine =
                san.attachment()
                        .attach(
                                new VolumeAttachment.Request(
                                        VOLUME,
                                        Optional.of(face),
                                        WhenAttached.REFUSE,
                                        ATTACH_PATIENCE),
                                QUIET);
        Supplier<List<Long>> processes =
                () ->
                        OwnedProcess.below(san.home().root()).stream()
                                .map(OwnedProcess::pid)
                                .toList();
        String name = face.toString().toUpperCase(Locale.ROOT) + remark;
        Path device = Path.of(engine.device());
        return switch (face) {
            case NBD -> Target.nbd(name, device, VOLUME, processes);
            case FUSE -> Target.device(name, device, processes);
        };
    }

    void remove() {
        san.attachment().detach(VOLUME);
        san.deletion().delete(VOLUME, UnreachablePods.KEEP_RECORD, QUIET);
    }
}
