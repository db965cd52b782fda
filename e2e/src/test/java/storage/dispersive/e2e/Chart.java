package storage.dispersive.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The chart as {@code e2e/run} has installed it. */
final class Chart {

    private static final String RELEASE = "dispersive";
    private static final Path SOURCE = Path.of("..", "charts", "dispersive");
    private static final String DEPLOYMENT = "deployment/dispersive-operator";

    private Chart() {}

    /** Sets more values, and waits until the operator runs with them. */
    static void upgrade(String... settings) {
        helm(
                "upgrade",
                RELEASE,
                SOURCE.toString(),
                "--reuse-values",
                "--set",
                String.join(",", settings));
        awaitOperator();
    }

    static void awaitOperator() {
        Cluster.kubectl("-n", Cluster.SYSTEM, "rollout", "status", DEPLOYMENT, "--timeout=300s");
    }

    /** Takes the release away; what it says of its values is what installs it again. */
    static String uninstall() {
        String values = helm("get", "values", RELEASE, "-o", "yaml");
        helm("uninstall", RELEASE, "--wait");
        return values;
    }

    static void install(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                // The definitions are there still, and not helm's since they were applied last.
                helm("install", RELEASE, SOURCE.toString(), "-f", file.toString(), "--skip-crds");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitOperator();
    }

    private static String helm(String... words) {
        String[] all = Cluster.with("helm", words);
        String[] there = Arrays.copyOf(all, all.length + 2);
        there[all.length] = "--namespace";
        there[all.length + 1] = Cluster.SYSTEM;
        return Command.run(there);
    }
}
