package storage.dispersive.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.san.Progress;
import storage.dispersive.cli.san.TemporarySan;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.status.TextTable;
import storage.dispersive.engine.Isolation;

/**
 * What virtual network machines cost: the same volume on an isolated SAN and on a shared one, both
 * up at the same time, measured in turn. What else the machine does meets both alike, so the ratio
 * of a pair means more than either figure.
 */
public final class IsolationBench {

    /** Volumes are made anew after so many pairs, as the log is not cleaned. */
    private static final int PAIRS_PER_VOLUME = 5;

    private static final List<Workload> WORKLOADS =
            List.of(
                    Workload.SEQUENTIAL_WRITE,
                    Workload.SEQUENTIAL_READ,
                    Workload.RANDOM_READ_1,
                    Workload.RANDOM_READ_32,
                    Workload.RANDOM_WRITE_1,
                    Workload.RANDOM_WRITE_32);

    private final int pairs;
    private final PrintWriter out;
    private final Progress progress;
    private final Map<Workload, List<Pair>> measured = new EnumMap<>(Workload.class);

    /** Operations per second of the two, measured one right after the other. */
    record Pair(double isolated, double shared) {
        double ratio() {
            return isolated / shared;
        }
    }

    public IsolationBench(int pairs, PrintWriter out, Progress progress) {
        this.pairs = pairs;
        this.out = out;
        this.progress = progress;
        WORKLOADS.forEach(workload -> measured.put(workload, new ArrayList<>()));
    }

    /** {@code stores} is a directory, best in memory, that both SANs are made in. */
    public void run(Path stores) throws IOException {
        Fio fio = Fio.find();
        Progress quiet = what -> {};
        try (TemporarySan isolated = TemporarySan.create(stores, quiet);
                TemporarySan shared = TemporarySan.create(stores, quiet)) {
            progress.step("starting an isolated SAN and a shared one");
            BenchedSan one = up(isolated, Isolation.ISOLATED);
            BenchedSan other = up(shared, Isolation.SHARED);
            one.age(fio);
            other.age(fio);
            double loadBefore = MachineLoad.average();
            for (int done = 0; done < pairs; done += PAIRS_PER_VOLUME) {
                int now = Math.min(PAIRS_PER_VOLUME, pairs - done);
                progress.step("pairs " + (done + 1) + " to " + (done + now) + " of " + pairs);
                measure(fio, one, other, now);
            }
            print(loadBefore);
        }
    }

    private static BenchedSan up(TemporarySan own, Isolation isolation) {
        NetworkWish wish =
                new NetworkWish(Optional.of(isolation), Optional.empty(), Optional.empty());
        LocalSan san = LocalSan.up(own.home(), UpRequest.USUAL.on(wish), what -> {});
        return new BenchedSan(san, Bench.Length.QUICK);
    }

    private void measure(Fio fio, BenchedSan one, BenchedSan other, int count) throws IOException {
        Target isolated = one.attach(Face.NBD, ", isolated");
        Target shared = other.attach(Face.NBD, ", shared");
        fio.warmUp(isolated, Bench.Length.QUICK.warmUp());
        fio.warmUp(shared, Bench.Length.QUICK.warmUp());
        for (int pair = 0; pair < count; pair++) {
            for (Workload workload : WORKLOADS) {
                // In turn, so that neither is always the first.
                boolean isolatedFirst = pair % 2 == 0;
                double first = rate(fio, isolatedFirst ? isolated : shared, workload);
                double second = rate(fio, isolatedFirst ? shared : isolated, workload);
                measured.getOrDefault(workload, new ArrayList<>())
                        .add(isolatedFirst ? new Pair(first, second) : new Pair(second, first));
            }
        }
        one.remove();
        other.remove();
    }

    private static double rate(Fio fio, Target target, Workload workload) throws IOException {
        return fio.run(target, workload, Bench.Length.QUICK.measured()).operationsPerSecond();
    }

    private void print(double loadBefore) {
        TextTable table =
                new TextTable(
                        "MEDIANS OF " + pairs + " PAIRS",
                        "ISOLATED",
                        "SHARED",
                        "RATIO",
                        "LEAST",
                        "MOST");
        measured.forEach((workload, all) -> {
            List<Double> ratios = all.stream().map(Pair::ratio).sorted().toList();
            table.row(
                    workload.title(),
                    "%.0f IOPS".formatted(median(all.stream().map(Pair::isolated).toList())),
                    "%.0f IOPS".formatted(median(all.stream().map(Pair::shared).toList())),
                    "%.2f".formatted(median(ratios)),
                    "%.2f".formatted(ratios.getFirst()),
                    "%.2f".formatted(ratios.getLast()));
        });
        out.println();
        out.print(table);
        out.println(MachineLoad.remark(loadBefore, MachineLoad.average()));
        out.flush();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
