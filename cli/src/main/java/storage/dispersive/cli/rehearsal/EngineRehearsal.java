package storage.dispersive.cli.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * write its AOT cache when the process ends: it takes up what a process before it served that was
 * killed, as somebody waits for that. These are a volume of two storage pods, with /dev/null as its
 * mount, and another one that gets as far as the identities of its isolated connections. Arguments:
 * an empty directory, then the {@code java} command with its options and class path.
 */
public final class EngineRehearsal {

    private static final String VOLUME = "rehearsal";
    private static final String ISOLATED = "rehearsal-isolated";

    /** Of the isolated volume, in each of the two processes, before its storage pods give up. */
    private static final int OPENS = 8;

    private static final int PODS = 2;
    private static final long SIZE_BYTES = 16L << 20;
    private static final long GENERATION = 1;
    private static final int SIGTERM_STATUS = 143;
    private static final long START_SECONDS = 60;
    private static final long AWAIT_MILLIS = 60_000;
    private static final long END_SECONDS = 180;

    private final Path directory;
    private final SanHome home;

    /** The volumes by their UUIDs, and how their pods are reached. */
    private record Served(String shared, String isolated) {}

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
            List<String> command = command(java);
            Served served =
                    new Served(create(san, VOLUME, nothing), create(san, ISOLATED, nothing));
            perish(command, served);
            serve(command, served);
        } finally {
            san.down(LocalSan.InUse.ABANDON, LocalSan.Data.DELETE, _ -> {});
        }
    }

    private String create(LocalSan san, String name, Descriptor mount) throws IOException {
        VolumeCreation.Request wanted =
                new VolumeCreation.Request(name, SIZE_BYTES, 1, 1, new KeySource.Dispersed());
        String id = san.creation().create(wanted, _ -> {}).id();
        new KeeperClient(keeper()).deposit(new DescriptorName(name), mount);
        return id;
    }

    private List<String> command(List<String> java) {
        List<String> command = new ArrayList<>(java);
        command.add("storage.dispersive.engine.host.EngineHostMain");
        command.addAll(
                List.of(
                        "socket=" + socket(),
                        "state=" + directory.resolve("state"),
                        "keeper=" + keeper(),
                        "pod=" + VOLUME));
        return command;
    }

    /** A process is asked for both volumes, and killed when it serves. */
    private void perish(List<String> command, Served served)
            throws IOException, InterruptedException {
        Process engine = new ProcessBuilder(command).inheritIO().start();
        try {
            EngineClient client = new EngineClient(socket());
            awaitServing(engine, client);
            attach(client, VOLUME, Isolation.SHARED);
            attach(client, ISOLATED, Isolation.ISOLATED);
            awaitEngine(client, served);
        } finally {
            engine.destroyForcibly().waitFor();
        }
    }

    private void attach(EngineClient client, String name, Isolation isolation) throws IOException {
        Map<String, Object> description =
                VolumeDescriber.describe(home, name, isolation, GENERATION);
        description.put("sidecar", sidecar().toString());
        report(client.ask(new EngineRequest.Attach(Json.line(description), name)));
    }

    /** The next one takes them up, lets go of them, and ends as it should. */
    private void serve(List<String> command, Served served)
            throws IOException, InterruptedException {
        Process engine = new ProcessBuilder(command).inheritIO().start();
        try (RefusingSidecar sidecar = RefusingSidecar.listen(sidecar(), OPENS)) {
            EngineClient client = new EngineClient(socket());
            awaitServing(engine, client);
            awaitEngine(client, served);
            if (!sidecar.awaitAsked(START_SECONDS)) {
                throw new IOException("no isolated connection was asked for");
            }
            for (String id : List.of(served.shared(), served.isolated())) {
                EngineAnswer detached = client.ask(new EngineRequest.Detach(id, GENERATION));
                if (!(detached instanceof EngineAnswer.Detached)) {
                    throw new IOException("the volume is not detached: " + detached);
                }
            }
            engine.destroy();
            if (!engine.waitFor(END_SECONDS, TimeUnit.SECONDS)
                    || engine.exitValue() != SIGTERM_STATUS) {
                throw new IOException("the engine process did not end as it should: " + engine);
            }
        } finally {
            engine.destroyForcibly();
        }
    }

    private void awaitEngine(EngineClient client, Served served) throws IOException {
        VolumeReport report =
                report(client.ask(new EngineRequest.Await(served.shared(), AWAIT_MILLIS)));
        // /dev/null is no mount, which is noticed by who reads it; the engine serves all the same.
        boolean hasEngine = report.engine() != null;
        if (!hasEngine || report.state() == VolumeState.STARTING) {
            throw new IOException("the volume is not served: " + report);
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

    private Path sidecar() {
        return directory.resolve("sidecar.sock");
    }

    private Path socket() {
        return directory.resolve("control.sock");
    }
}
