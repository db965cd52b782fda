package storage.dispersive.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/**
 * Of a test that fails leaves what somebody needs to find out why, as it is before anything is
 * cleaned up: {@code target/failures/CLASS.METHOD/}.
 */
final class FailureReport
        implements AfterTestExecutionCallback, LifecycleMethodExecutionExceptionHandler {

    private static final Path ALL = Path.of("target", "failures");
    private static final List<String> NAMESPACES =
            List.of(Cluster.SYSTEM, Cluster.STORAGE, Cluster.OTHER);
    private static final String KINDS =
            "dv,dpool,statefulsets,pods,pvc,pdb,services,configmaps,leases";

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> report(context, failure));
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        report(context, failure);
        throw failure;
    }

    private static void report(ExtensionContext context, Throwable failure) {
        String name =
                context.getRequiredTestClass().getSimpleName()
                        + context.getTestMethod().map(it -> "." + it.getName()).orElse("");
        Path directory = ALL.resolve(name);
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("failure.txt"), failure.toString());
            keep(directory.resolve("nodes.txt"), "get", "nodes", "-o", "wide");
            for (String namespace : NAMESPACES) {
                keep(directory, namespace);
            }
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void keep(Path directory, String namespace) throws IOException {
        keep(directory.resolve(namespace + ".txt"), "-n", namespace, "get", KINDS, "-o", "wide");
        keep(directory.resolve(namespace + ".yaml"), "-n", namespace, "get", KINDS, "-o", "yaml");
        keep(
                directory.resolve(namespace + ".events.txt"),
                "-n",
                namespace,
                "get",
                "events",
                "--sort-by=.lastTimestamp");
        for (var pod : Cluster.CLIENT.pods().inNamespace(namespace).list().getItems()) {
            String name = pod.getMetadata().getName();
            Path logs = directory.resolve(name + ".log");
            keep(logs, "-n", namespace, "logs", name, "--all-containers", "--prefix");
            Command previous =
                    Command.tried(
                            Cluster.with(
                                    "kubectl",
                                    "-n",
                                    namespace,
                                    "logs",
                                    name,
                                    "--all-containers",
                                    "--prefix",
                                    "--previous"));
            if (previous.status() == 0) {
                write(directory.resolve(name + ".previous.log"), previous.said());
            }
        }
    }

    private static void keep(Path file, String... words) throws IOException {
        write(file, Command.tried(Cluster.with("kubectl", words)).said());
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
