package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("dispersive.dist", "../distribution/target/dispersive"))
                    .toAbsolutePath()
                    .normalize();

    private final Path directory;
    private final Path state;
    private final String heap;

    private NodePod(Path directory, Path state, String heap) {
        this.directory = directory;
        this.state = state;
        this.heap = heap;
    }

    /** Starts all three processes; {@code heap} as {@code -Xmx} takes it. */
    static NodePod start(TriedSan san, String name, String heap) throws IOException {
        Path node = san.home().resolve("node-plugin");
        NodePod pod = new NodePod(node.resolve(name), node.resolve("state"), heap);
        for (String process : List.of("engine", "mounter", "sidecar")) {
            Files.createDirectories(pod.directory.resolve(process));
        }
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
                        keeper(process).toString()));
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

    /** Does not wait until it is asked. */
    void startEngine() throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add("@" + DISTRIBUTION.resolve("engine/jvm.options"));
        arguments.add("-Xms" + heap);
        arguments.add("-Xmx" + heap);
        arguments.addAll(
                List.of(
                        "-cp",
                        DISTRIBUTION.resolve("cli") + "/*",
                        "storage.dispersive.engine.host.EngineHostMain",
                        "socket=" + socket(),
                        "state=" + state,
                        "keeper=" + keeper("mounter"),
                        "second-keeper=" + keeper("sidecar"),
                        "pod=" + directory.getFileName()));
        OwnedProcess.startJava(directory.resolve("engine"), arguments);
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
