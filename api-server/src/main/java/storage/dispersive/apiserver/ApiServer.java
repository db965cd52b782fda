package storage.dispersive.apiserver;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A kube-apiserver and its etcd, on free ports of loopback, with a directory of their own. No
 * kubelet runs, and controllers only where they are started: else objects are validated, stored and
 * watched, and nothing else happens to them.
 *
 * <p>The programs are those that {@code e2e/kind/programs} makes. Without them a test is skipped;
 * it fails where {@code CI=true}. Used by one thread.
 */
public final class ApiServer implements AutoCloseable {

    /** Names the directory of the programs. */
    public static final String PROGRAMS_VARIABLE = "DISPERSIVE_KUBERNETES_PROGRAMS";

    private static final String SERVER_PROGRAM = "kube-apiserver";
    private static final List<String> PROGRAMS = List.of(SERVER_PROGRAM, "etcd", "kubectl");
    private static final String CONTROLLER_MANAGER = "kube-controller-manager";
    private static final String SCHEDULER = "kube-scheduler";

    private static final List<String> CONTROLLERS =
            List.of(
                    "statefulset-controller",
                    "daemonset-controller",
                    "disruption-controller",
                    "garbage-collector-controller",
                    "persistentvolumeclaim-protection-controller",
                    "resourcequota-controller",
                    "namespace-controller");

    /** kube-api-test looks for the programs of a version; they say themselves which it is. */
    private static final String AS_VERSION = "1.0.0-linux-amd64";

    private static final int START_MILLIS = 120_000;

    private final KubeAPIServer server;
    private final Path directory;
    private final List<ControlProcess> controllers = new ArrayList<>();

    private ApiServer(KubeAPIServer server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** Starts both and waits until they answer. */
    public static ApiServer start() {
        return start(_ -> List.of());
    }

    /** The same, and it writes down what users called so ask for. */
    public static ApiServer startAudited(String... users) {
        return start(directory -> AuditedCall.flags(directory, List.of(users)));
    }

    /** The same, and who watches on from where it was some seconds ago hears: expired. */
    public static ApiServer startForgetful() {
        return start(_ -> List.of("--watch-cache=false", "--etcd-compaction-interval=3s"));
    }

    /** What it is started with, besides. */
    private interface Flags {
        List<String> in(Path directory) throws IOException;
    }

    private static ApiServer start(Flags flags) {
        Path programs = programs();
        try {
            Path directory = Files.createTempDirectory("api-server");
            Path version = directory.resolve("k8s").resolve(AS_VERSION);
            Files.createDirectories(version);
            for (String program : PROGRAMS) {
                Files.createSymbolicLink(version.resolve(program), programs.resolve(program));
            }
            KubeAPIServerConfigBuilder settings =
                    KubeAPIServerConfigBuilder.anAPIServerConfig()
                            .withTestDir(directory.toString())
                            .withOfflineMode(true)
                            .withUpdateKubeConfig(false)
                            .withStartupTimeout(START_MILLIS)
                            .withApiServerFlags(flags.in(directory));
            KubeAPIServer server = new KubeAPIServer(settings.build());
            server.start();
            return new ApiServer(server, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("no API server can be started", e);
        }
    }

    private static Path programs() {
        Optional<Path> found = found();
        if (found.isEmpty()) {
            String why =
                    "kube-apiserver is not there: run 'e2e/kind/programs kube-apiserver etcd"
                            + " kubectl kube-controller-manager kube-scheduler' and set "
                            + PROGRAMS_VARIABLE
                            + " to the directory that it prints";
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        return found.orElseThrow();
    }

    private static Optional<Path> found() {
        return Optional.ofNullable(System.getenv(PROGRAMS_VARIABLE))
                .map(Path::of)
                .filter(directory ->
                        Stream.concat(PROGRAMS.stream(), Stream.of(CONTROLLER_MANAGER, SCHEDULER))
                                .map(directory::resolve)
                                .allMatch(Files::isExecutable));
    }

    /** A client of its own, as an administrator; the caller's to close. */
    public KubernetesClient client() {
        return client(_ -> {});
    }

    /** The same, with something done to how it calls. */
    public KubernetesClient client(Consumer<HttpClient.Builder> change) {
        return new KubernetesClientBuilder()
                .withConfig(administrator())
                .withHttpClientBuilderConsumer(change)
                .build();
    }

    /** A way to it that {@link #client(Line, Consumer)} takes; the caller's to close. */
    public Line line() {
        URI address = URI.create(administrator().getMasterUrl());
        return Line.to(new InetSocketAddress(address.getHost(), address.getPort()));
    }

    /** A client over a line of this server. */
    public KubernetesClient client(Line line, Consumer<HttpClient.Builder> change) {
        Config config = administrator();
        config.setMasterUrl("https://127.0.0.1:" + line.port());
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(change)
                .build();
    }

    private Config administrator() {
        return Config.fromKubeconfig(server.getKubeConfigYaml());
    }

    /**
     * What kubectl says as an administrator.
     *
     * @throws IllegalStateException if it does not succeed
     */
    public String kubectl(String... words) {
        Path program = programs().resolve("kubectl");
        List<String> command = new ArrayList<>();
        try {
            Path kubeConfig = directory.resolve("kubeconfig-kubectl");
            Files.writeString(kubeConfig, server.getKubeConfigYaml());
            command.addAll(List.of(program.toString(), "--kubeconfig", kubeConfig.toString()));
            command.addAll(List.of(words));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A client of whom a token is for; the caller's to close. */
    public KubernetesClient clientWith(String token) {
        return new KubernetesClientBuilder().withConfig(configWith(token)).build();
    }

    /** The file of a configuration of clients for whom a token is for. */
    public Path kubeConfigWith(String token) throws IOException {
        Config config = configWith(token);
        Path file = directory.resolve("kubeconfig-" + Integer.toHexString(token.hashCode()));
        Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: tried, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: user, user: {token: "%s"}}]
                contexts: [{name: tried, context: {cluster: tried, user: user}}]
                current-context: tried
                """
                        .formatted(config.getMasterUrl(), config.getCaCertFile(), token));
        return file;
    }

    private Config configWith(String token) {
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setClientCertData(null);
        config.setClientKeyData(null);
        config.setClientCertFile(null);
        config.setClientKeyFile(null);
        config.setOauthToken(token);
        return config;
    }

    /** What audited users have asked for until now, and the server has written down. */
    public List<AuditedCall> audit() throws IOException {
        return AuditedCall.read(directory);
    }

    /** It answers nobody, and ends no connection, until it goes on. */
    public void suspend() {
        signal("-STOP");
    }

    /** Goes on after {@link #suspend()}. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        List<String> own =
                ProcessHandle.current()
                        .descendants()
                        .filter(it -> it.info().commandLine().orElse("").contains(SERVER_PROGRAM))
                        .filter(it ->
                                it.info().commandLine().orElse("").contains(directory.toString()))
                        .map(it -> Long.toString(it.pid()))
                        .toList();
        if (own.size() != 1) {
            throw new IllegalStateException("these are said to be the API server: " + own);
        }
        try {
            int code = new ProcessBuilder("kill", signal, own.getFirst()).start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Starts what acts on objects: the controllers of StatefulSets, DaemonSets, disruption budgets,
     * quotas and owners, and the scheduler. They end with the server.
     */
    public void startControllers() {
        Path kubeConfig = directory.resolve("kubeconfig");
        try {
            Files.writeString(kubeConfig, server.getKubeConfigYaml());
            controllers.add(
                    ControlProcess.start(
                            directory,
                            programs().resolve(CONTROLLER_MANAGER),
                            kubeConfig,
                            "--controllers=" + String.join(",", CONTROLLERS)));
            controllers.add(
                    ControlProcess.start(directory, programs().resolve(SCHEDULER), kubeConfig));
        } catch (IOException e) {
            throw new UncheckedIOException("no controllers can be started", e);
        }
    }

    @Override
    public void close() {
        controllers.forEach(ControlProcess::close);
        server.stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the API server's directory is not gone", e);
        }
    }
}
