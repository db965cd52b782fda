package storage.dispersive.cli.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.NetworkWish;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.san.VolumeCreation;
import storage.dispersive.cli.san.VolumeDescriber;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineClient;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * Lets the engine process of a node do what it can do without rights, once, so that the JVM can
 * write its AOT cache when the process ends: it serves a volume of two storage pods, with /dev/null
 * as its mount. Arguments: an empty directory, then the {@code java} command with its options and
 * class path.
 */
public final class EngineRehearsal {

    private static final String VOLUME = "rehearsal";
    private static final int PODS = 2;
    private static final long SIZE_BYTES = 16L << 20;
    private static final long GENERATION = 1;
    private static final int SIGTERM_STATUS = 143;
    private static final long START_SECONDS = 60;
    private static final long AWAIT_MILLIS = 60_000;
    private static final long END_SECONDS = 180;

    private final Path directory;
    private final SanHome home;

    private EngineRehearsal(Path directory) {
        this.directory = directory;
        this.home = new SanHome(directory.resolve("san"));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        new EngineRehearsal(directory).run(List.of(arguments).subList(1, arguments.length));
    }

    private void run(List<String> java) throws IOException, InterruptedException {
        NetworkWish plain =
                new NetworkWish(
                        Optional.of(Isolation.SHARED),
                        Optional.of(Underlay.LOOPBACK),
                        Optional.empty());
        UpRequest wanted =
                new UpRequest(
                        Optional.of(PODS),
                        Optional.empty(),
                        UpRequest.SMALL.segmentSizeBytes(),
                        plain);
        LocalSan san = LocalSan.up(home, wanted, _ -> {});
        try (DescriptorKeeper _ = DescriptorKeeper.start(keeper());
                Descriptor nothing = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDWR)) {
            String id =
                    san.creation()
                            .create(
                                    new VolumeCreation.Request(
                                            VOLUME, SIZE_BYTES, 1, 1, new KeySource.Dispersed()),
                                    _ -> {})
                            .id();
            new KeeperClient(keeper()).deposit(new DescriptorName(VOLUME), nothing);
            serve(java, id);
        } finally {
            san.down(LocalSan.InUse.ABANDON, LocalSan.Data.DELETE, _ -> {});
        }
    }

    private void serve(List<String> java, String id) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.add("storage.dispersive.engine.host.EngineHostMain");
        command.addAll(
                List.of(
                        "socket=" + socket(),
                        "state=" + directory.resolve("state"),
                        "keeper=" + keeper(),
                        "pod=" + VOLUME));
        Process engine = new ProcessBuilder(command).inheritIO().start();
        try {
            talk(engine, id);
            engine.destroy();
            if (!engine.waitFor(END_SECONDS, TimeUnit.SECONDS)
                    || engine.exitValue() != SIGTERM_STATUS) {
                throw new IOException("the engine process did not end as it should: " + engine);
            }
        } finally {
            engine.destroyForcibly();
        }
    }

    private void talk(Process engine, String id) throws IOException, InterruptedException {
        EngineClient client = new EngineClient(socket());
        awaitServing(engine, client);
        String description =
                Json.line(VolumeDescriber.describe(home, VOLUME, Isolation.SHARED, GENERATION));
        report(client.ask(new EngineRequest.Attach(description, VOLUME)));
        VolumeReport report = report(client.ask(new EngineRequest.Await(id, AWAIT_MILLIS)));
        // /dev/null is no mount, which is noticed by who reads it; the engine serves all the same.
        boolean hasEngine = report.engine() != null;
        if (!hasEngine || report.state() == VolumeState.STARTING) {
            throw new IOException("the volume is not served: " + report);
        }
        EngineAnswer detached = client.ask(new EngineRequest.Detach(id, GENERATION));
        if (!(detached instanceof EngineAnswer.Detached)) {
            throw new IOException("the volume is not detached: " + detached);
        }
    }

    private static VolumeReport report(EngineAnswer answer) throws IOException {
        if (answer instanceof EngineAnswer.Volume volume) {
            return volume.report();
        }
        throw new IOException("the engine process answers " + answer);
    }

    private static void awaitServing(Process engine, EngineClient client)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                if (client.ask(new EngineRequest.Survey()) instanceof EngineAnswer.Surveyed) {
                    return;
                }
            } catch (IOException e) {
                if (!engine.isAlive()) {
                    throw new IOException("the engine process ended", e);
                }
            }
            if (System.nanoTime() > deadline || engine.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new IOException("the engine process cannot be asked");
            }
        }
    }

    private Path keeper() {
        return directory.resolve("keeper.sock");
    }

    private Path socket() {
        return directory.resolve("control.sock");
    }
}
