package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineClient;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * The pod of a node plugin, as far as the engine goes: its engine process, and two that hold
 * descriptors as the mounter and the sidecar do. Pods of one node share the engine's state.
 */
final class NodePod implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("dispersive.dist", "../distribution/target/dispersive"))
                    .toAbsolutePath()
                    .normalize();

    /** Of the engine process; root has the others. */
    private static final String USER = "65532";

    private final Path directory;
    private final Path state;
    private final String heap;
    private final Rights rights;

    /** Of the engine process. */
    enum Rights {
        /** As in a cluster: no capability at all. */
        ORDINARY_USER,
        /** The sidecars of a local SAN hear nobody else. */
        ROOT
    }

    private NodePod(Path directory, Path state, String heap, Rights rights) {
        this.rights = rights;
        this.directory = directory;
        this.state = state;
        this.heap = heap;
    }

    /** Starts all three processes; {@code heap} as {@code -Xmx} takes it. */
    static NodePod start(TriedSan san, String name, String heap) throws IOException {
        return start(san, name, heap, Rights.ORDINARY_USER);
    }

    static NodePod start(TriedSan san, String name, String heap, Rights rights) throws IOException {
        Path node = san.home().resolve("node-plugin");
        NodePod pod = new NodePod(node.resolve(name), node.resolve("state"), heap, rights);
        for (String process : List.of("engine", "mounter", "sidecar")) {
            Files.createDirectories(pod.directory.resolve(process));
        }
        Files.createDirectories(pod.state);
        giveToUser(pod.state);
        giveToUser(pod.directory.resolve("engine"));
        // As directories of a pod are to all of its containers.
        Files.setPosixFilePermissions(san.home(), PosixFilePermissions.fromString("rwx--x--x"));
        pod.startKeeper("mounter");
        pod.startKeeper("sidecar");
        pod.startEngine();
        return pod;
    }

    void startKeeper(String process) throws IOException {
        Path home = directory.resolve(process);
        OwnedProcess.startJava(
                home,
                List.of(
                        "-Xmx16m",
                        "-Xss256k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        DISTRIBUTION.resolve("cli") + "/*",
                        "storage.dispersive.linux.keeper.DescriptorKeeperMain",
                        keeper(process).toString(),
                        USER));
        Awaitility.await().atMost(PATIENCE).until(() -> isThere(process));
    }

    private boolean isThere(String process) {
        try {
            return new KeeperClient(keeper(process)).list() != null;
        } catch (IOException e) {
            return false;
        }
    }

    private Path keeper(String process) {
        return directory.resolve(process).resolve("keeper.sock");
    }

    KeeperClient mounter() {
        return new KeeperClient(keeper("mounter"));
    }

    KeeperClient sidecar() {
        return new KeeperClient(keeper("sidecar"));
    }

    /** What the engine process may read or write. */
    static void giveToUser(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", Integer.parseInt(USER));
    }

    /** Does not wait until it is asked. */
    void startEngine() throws IOException {
        Path home = directory.resolve("engine");
        List<String> arguments = new ArrayList<>();
        if (rights == Rights.ORDINARY_USER) {
            arguments.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=0"));
            arguments.addAll(List.of("--clear-groups", "--inh-caps=-all"));
            arguments.addAll(List.of("--bounding-set=-all", "--no-new-privs"));
        }
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.add("-Ddispersive.owner=" + home);
        arguments.add("@" + DISTRIBUTION.resolve("engine/jvm.options"));
        arguments.add("-Xms" + heap);
        arguments.add("-Xmx" + heap);
        // Absent where the distribution was laid out only; the JVM goes on without it.
        arguments.add("-XX:AOTCache=" + DISTRIBUTION.resolve("engine/engine.aot"));
        arguments.addAll(
                List.of(
                        "-cp",
                        engineJars(),
                        "storage.dispersive.engine.host.EngineHostMain",
                        "socket=" + socket(),
                        "state=" + state,
                        "keeper=" + keeper("mounter"),
                        "second-keeper=" + keeper("sidecar"),
                        "pod=" + directory.getFileName()));
        Process started =
                new ProcessBuilder(arguments)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                        .start();
        // Both programs in front of it become the next one.
        Files.writeString(home.resolve("pid"), started.pid() + "\n");
    }

    /** In the order that the cache was made with. */
    private static String engineJars() throws IOException {
        try (Stream<Path> files = Files.list(DISTRIBUTION.resolve("engine"))) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .sorted()
                    .collect(Collectors.joining(":"));
        }
    }

    private Path socket() {
        return directory.resolve("engine/control.sock");
    }

    OwnedProcess engine() {
        return process("engine");
    }

    OwnedProcess process(String name) {
        return OwnedProcess.find(directory.resolve(name)).orElseThrow();
    }

    /** What the engine process has said so far. */
    String log() throws IOException {
        return Files.readString(directory.resolve("engine/log"));
    }

    EngineAnswer ask(EngineRequest request) throws IOException {
        return new EngineClient(socket()).ask(request);
    }

    /** Waits until the process can be asked and serves the node's volumes. */
    void awaitServing() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> {
                    try {
                        return ask(new EngineRequest.Survey()) instanceof EngineAnswer.Surveyed;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** Gives the mounter what it would hold if it had mounted the volume. */
    void deposit(String name, Descriptor descriptor) throws IOException {
        mounter().deposit(new DescriptorName(name), descriptor);
    }

    /** Ends all three at once. */
    @Override
    public void close() {
        OwnedProcess.below(directory).forEach(OwnedProcess::kill);
    }
}
