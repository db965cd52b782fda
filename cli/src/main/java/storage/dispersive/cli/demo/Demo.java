package storage.dispersive.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.san.Distribution;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.san.PortionSurvey;
import storage.dispersive.cli.san.Progress;
import storage.dispersive.cli.san.StoragePods;
import storage.dispersive.cli.san.TemporarySan;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.san.VolumeAttachment;
import storage.dispersive.cli.san.VolumeAttachment.WhenAttached;
import storage.dispersive.cli.san.VolumeCreation;
import storage.dispersive.cli.san.WipeRule;
import storage.dispersive.cli.state.ByteSize;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.status.TextTable;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.linux.UserId;

/**
 * Shows the whole idea: a real tree of files on a 4+2 volume over six storage pods, two of which
 * may be gone at any time. Everything is compared byte by byte; its own SAN goes when it ends.
 */
public final class Demo {

    private static final String VOLUME = "demo";
    private static final long SIZE_BYTES = 512L << 20;
    private static final Duration ATTACH_PATIENCE = Duration.ofSeconds(40);
    private static final String FIRST = "first";
    private static final String SECOND = "second";

    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    public Demo(PrintWriter out) {
        this.out = out;
    }

    /** Runs it, prints {@code PASS} or {@code FAIL: ...} as the last line, and says which. */
    public boolean run(Optional<Face> face, NetworkWish network) {
        try {
            runInItsOwnSan(face.orElseGet(Demo::faceForThisMachine), network);
            say("PASS");
            return true;
        } catch (IOException | RuntimeException e) {
            if (e instanceof SanException failure) {
                say("hint: " + failure.hint());
            }
            say("FAIL: " + (e.getMessage() == null ? e : e.getMessage()));
            return false;
        }
    }

    private static Face faceForThisMachine() {
        return UserId.effective().isRoot() && Ext4Disk.isPossible() ? Face.FUSE : Face.NBD;
    }

    private void runInItsOwnSan(Face face, NetworkWish network) throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Progress quiet = what -> {};
        try (TemporarySan own = TemporarySan.create(parent, quiet)) {
            step("starting six storage pods, each a process with a certificate of its own");
            LocalSan san = LocalSan.up(own.home(), UpRequest.SMALL.on(network), quiet);
            say("    " + of(san.record().network()));
            step("creating a volume: every stripe is sealed and split 4 + 2 over the pods");
            VolumeRecord volume = createVolume(san);
            EngineReport engine = attach(san, face);
            say(
                    "    epoch "
                            + engine.epoch()
                            + ", erasure code "
                            + engine.backends().erasureCode()
                            + ", sealing "
                            + engine.backends().sealing()
                            + ", TLS "
                            + engine.backends().tls());
            SourceTree tree = SourceTree.find(Distribution.locate());
            try (DemoDisk disk = open(engine, own.root(), face)) {
                step("this volume is attached as " + disk.describe());
                show(san, volume, tree, disk);
            }
            step("detaching the volume and removing everything");
        }
    }

    private static String of(NetworkRecord network) {
        if (network.hasHosts()) {
            return network + ": this client and each pod are hosts of their own";
        }
        String lacking = Lan.obstacle();
        return network
                + ", "
                + (lacking.isEmpty()
                        ? "as was asked for"
                        : "since hosts of their own cannot be made without " + lacking);
    }

    private static VolumeRecord createVolume(LocalSan san) {
        return san.creation()
                .create(
                        new VolumeCreation.Request(
                                VOLUME, SIZE_BYTES, 4, 2, new KeySource.Dispersed()),
                        what -> {});
    }

    private static EngineReport attach(LocalSan san, Face face) {
        return san.attachment()
                .attach(
                        new VolumeAttachment.Request(
                                VOLUME, Optional.of(face), WhenAttached.REFUSE, ATTACH_PATIENCE),
                        what -> {});
    }

    private static DemoDisk open(EngineReport engine, Path root, Face face) throws IOException {
        Path device = Path.of(engine.device());
        return switch (face) {
            case NBD -> ArchiveDisk.open(device, VOLUME);
            case FUSE -> Ext4Disk.create(device, root.resolve("mnt"));
        };
    }

    private void show(LocalSan san, VolumeRecord volume, SourceTree tree, DemoDisk disk)
            throws IOException {
        Contents stored = Contents.of(tree, Files::readAllBytes);
        step(
                "storing %d files, %s, of %s"
                        .formatted(
                                tree.files().size(), new ByteSize(tree.totalBytes()), tree.root()));
        disk.store(FIRST, tree);
        showPods(san, volume, tree);

        step("killing pod-1 and pod-4 (SIGKILL)");
        san.killPod("pod-1");
        san.killPod("pod-4");
        readBack(disk, FIRST, tree, stored, "with two pods dead");
        step("writing on: the same files again, with two pods dead");
        disk.store(SECOND, tree);
        readBack(disk, SECOND, tree, stored, "with two pods dead");

        step("starting pod-1 and pod-4 again, killing pod-2, wiping pod-5");
        san.startPod("pod-1", what -> {});
        san.startPod("pod-4", what -> {});
        awaitHeld(san, volume, List.of("pod-1", "pod-4"));
        san.killPod("pod-2");
        san.wipePod("pod-5", WipeRule.Insistence.NONE, what -> {});
        readBack(disk, FIRST, tree, stored, "with one pod dead and one wiped");
        readBack(disk, SECOND, tree, stored, "with one pod dead and one wiped");
        showPods(san, volume, tree);
    }

    private void readBack(DemoDisk disk, String copy, SourceTree tree, Contents stored, String when)
            throws IOException {
        Contents now = disk.readBack(copy, tree);
        stored.check(now, when);
        step(
                "read the %s copy back %s: all %d SHA-256 sums are right"
                        .formatted(copy, when, now.digests().size()));
    }

    private static void awaitHeld(LocalSan san, VolumeRecord volume, List<String> pods) {
        for (PortionSurvey.Portion portion : san.survey().of(volume)) {
            if (pods.contains(portion.pod()) && portion.isMissing()) {
                throw new DemoFailure(
                        portion.pod()
                                + " came back and is "
                                + portion.state()
                                + ": "
                                + portion.detail());
            }
        }
    }

    private void showPods(LocalSan san, VolumeRecord volume, SourceTree tree) throws IOException {
        PlaintextSearch search = PlaintextSearch.of(tree);
        if (search.countIn(tree) == 0) {
            throw new DemoFailure("the search for plaintext does not find it where it is");
        }
        TextTable table =
                new TextTable("POD", "PROCESS", "STATE", "PORTIONS", "HOLDS", "PLAINTEXT FOUND");
        List<StoragePods.Sight> sights = san.pods().all();
        long found = 0;
        for (PortionSurvey.Portion portion : san.survey().of(volume)) {
            StoragePods.Sight sight = sights.get(portion.slot());
            long here = search.countBelow(sight.pod().storeDirectory());
            table.row(
                    portion.pod(),
                    sight.state(),
                    portion.state(),
                    portion.portions(),
                    new ByteSize(portion.volumeBytes()),
                    here == 0 ? "nothing" : here + " pieces");
            found += here;
        }
        table.toString().lines().forEach(line -> say("    " + line));
        if (found > 0) {
            throw new DemoFailure("the stores hold " + found + " pieces of plaintext");
        }
    }

    private void step(String what) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        say("[%5.1f s] %s".formatted(seconds, what));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
