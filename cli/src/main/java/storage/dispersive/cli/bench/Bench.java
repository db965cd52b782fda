package storage.dispersive.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.san.Progress;
import storage.dispersive.cli.san.TemporarySan;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.status.TextTable;
import storage.dispersive.linux.UserId;

/**
 * Measures a 4+2 volume over six pods on both faces, healthy and with two pods down, beside a
 * memory disk of nbdkit in the same run. All are warmed up alike. Its own SAN goes when it ends.
 */
public final class Bench {

    private static final List<String> PODS_TO_KILL = List.of("pod-1", "pod-4");

    private static final int PODS = 6;

    /** Of each pod: the one that is being filled, and those that are made in reserve. */
    private static final int SEGMENTS_BESIDE = 4;

    private final Length length;
    private final PrintWriter out;
    private final Progress progress;
    private final Map<Workload, Fio.Result> yardstick = new EnumMap<>(Workload.class);

    /** How much of a disk is used, and how long for. */
    public enum Length {
        QUICK(256L << 20, 1, 1),
        FULL(1L << 30, 2, 6);

        private final long sizeBytes;
        private final int warmUpSeconds;
        private final int seconds;

        Length(long sizeBytes, int warmUpSeconds, int seconds) {
            this.sizeBytes = sizeBytes;
            this.warmUpSeconds = warmUpSeconds;
            this.seconds = seconds;
        }

        long sizeBytes() {
            return sizeBytes;
        }

        Workload.Extent warmUp() {
            return new Workload.Extent(sizeBytes, warmUpSeconds);
        }

        Workload.Extent measured() {
            return new Workload.Extent(sizeBytes, seconds);
        }

        /** The most that all stores together may take at any time. */
        long storesBytes() {
            long volume =
                    Fio.WARM_UP.stream().mapToLong(work -> work.storesBytes(warmUp())).sum()
                            + Stream.of(Workload.values())
                                    .mapToLong(work -> work.storesBytes(measured()))
                                    .sum();
            return volume + PODS * SEGMENTS_BESIDE * UpRequest.USUAL_SEGMENT_BYTES;
        }
    }

    public Bench(Length length, PrintWriter out, Progress progress) {
        this.length = length;
        this.out = out;
        this.progress = progress;
    }

    /** {@code stores} is a directory, best in memory, that the SAN is made in. */
    public void run(Path stores, NetworkWish network) throws IOException {
        Fio fio = Fio.find();
        NbdKit.find();
        checkSpace(stores);
        Progress quiet = what -> {};
        try (TemporarySan own = TemporarySan.create(stores, quiet)) {
            progress.step("warming up, then measuring nbdkit's memory disk");
            try (NbdKit nbdkit = NbdKit.start(own.root(), length.sizeBytes)) {
                warmUp(fio, nbdkit.target());
                yardstick.putAll(measure(fio, nbdkit.target()));
            }
            progress.step("starting six storage pods");
            LocalSan san = LocalSan.up(own.home(), UpRequest.USUAL.on(network), quiet);
            BenchedSan benched = new BenchedSan(san, length);
            progress.step("writing a volume twice over and deleting it, as in a SAN with a past");
            benched.age(fio);
            for (Face face : facesOfThisUser()) {
                measureVolume(fio, benched, face, List.of());
                measureVolume(fio, benched, face, PODS_TO_KILL);
            }
        }
    }

    private static List<Face> facesOfThisUser() {
        return UserId.effective().isRoot() && Files.exists(Path.of("/dev/fuse"))
                ? List.of(Face.NBD, Face.FUSE)
                : List.of(Face.NBD);
    }

    private void checkSpace(Path stores) throws IOException {
        if (!Files.isDirectory(stores)) {
            throw SanException.failed(
                    stores + " is no directory", "name one that is there with --stores");
        }
        long free = Files.getFileStore(stores).getUsableSpace();
        long needed = length.storesBytes();
        if (free < needed) {
            throw SanException.failed(
                    stores
                            + " has "
                            + new ByteSize(free)
                            + " free, and "
                            + new ByteSize(needed)
                            + " may be needed",
                    "make room, use --quick, or name another directory with --stores");
        }
    }

    private void measureVolume(Fio fio, BenchedSan benched, Face face, List<String> down)
            throws IOException {
        LocalSan san = benched.san();
        Target target =
                benched.attach(face, down.isEmpty() ? "" : ", " + down.size() + " of 6 pods down");
        down.forEach(san::killPod);
        progress.step("warming up, then measuring " + target.name());
        warmUp(fio, target);
        measure(fio, target);
        down.forEach(pod -> san.startPod(pod, what -> {}));
        benched.remove();
    }

    private void warmUp(Fio fio, Target target) throws IOException {
        fio.warmUp(target, length.warmUp());
    }

    private Map<Workload, Fio.Result> measure(Fio fio, Target target) throws IOException {
        Map<Workload, Fio.Result> results = new EnumMap<>(Workload.class);
        TextTable table =
                new TextTable(
                        target.name().toUpperCase(Locale.ROOT),
                        "RESULT",
                        "OF NBDKIT",
                        "CPU S PER GB");
        double loadBefore = MachineLoad.average();
        for (Workload workload : Workload.values()) {
            double before = CpuTime.seconds(target.processes().get());
            Fio.Result result = fio.run(target, workload, length.measured());
            double cpu = CpuTime.seconds(target.processes().get()) - before;
            results.put(workload, result);
            table.row(
                    workload.title(),
                    text(workload, result),
                    ratio(workload, result),
                    "%.2f".formatted(cpu / (result.bytes() / 1e9)));
        }
        out.println();
        out.print(table);
        out.println(MachineLoad.remark(loadBefore, MachineLoad.average()));
        out.flush();
        return results;
    }

    private static String text(Workload workload, Fio.Result result) {
        return switch (workload.unit()) {
            case BYTES_PER_SECOND -> "%.0f MB/s".formatted(result.bytesPerSecond() / 1e6);
            case OPERATIONS_PER_SECOND -> "%.0f IOPS".formatted(result.operationsPerSecond());
        };
    }

    private String ratio(Workload workload, Fio.Result result) {
        Fio.Result peer = yardstick.get(workload);
        return peer == null
                ? "-"
                : "%.3f x".formatted(result.bytesPerSecond() / peer.bytesPerSecond());
    }
}
