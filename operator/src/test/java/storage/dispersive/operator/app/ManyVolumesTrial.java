package storage.dispersive.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.AuditedCall;

/**
 * The operator's process with many volumes, against an API server without kubelets: how long it
 * takes to make all objects, what it asks for, and what memory it needs. Prints a table; see
 * docs/operator.md. Not part of the check: run with {@code -Dtest=ManyVolumesTrial} after the
 * module was packaged.
 */
class ManyVolumesTrial {

    private static final int VOLUMES = Integer.getInteger("volumes", 500);
    private static final Path JAR = Path.of("target/process/operator.jar");
    private static final Path OPTIONS = Path.of("src/main/process/jvm.options");
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final int REST_SECONDS = 120;

    private final List<String> table = new ArrayList<>();

    @Test
    void tellsWhatManyVolumesCost() throws Exception {
        assertThat(JAR).as("run 'mvnw -pl operator -am package' first").exists();
        try (ApiServer server = ApiServer.startAudited(Installation.USER);
                KubernetesClient admin = server.client()) {
            Installation installation = Installation.in(admin);
            create(admin);
            measure(server, admin, installation);
        } finally {
            table.forEach(System.out::println);
        }
    }

    private static void create(KubernetesClient admin) {
        for (int number = 0; number < VOLUMES; number++) {
            admin.resource(
                            Serialization.unmarshal(
                                    """
                                    apiVersion: dispersive.storage/v1alpha1
                                    kind: DispersiveVolume
                                    metadata: {name: volume-%d, namespace: %s}
                                    spec: {size: 1Gi}
                                    """
                                            .formatted(number, Installation.VOLUMES),
                                    DispersiveVolume.class))
                    .create();
        }
    }

    private void measure(ApiServer server, KubernetesClient admin, Installation installation)
            throws Exception {
        Process operator = start(server, installation);
        try {
            long begin = System.nanoTime();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() ->
                            count(admin, StatefulSet.class) == VOLUMES
                                    && count(admin, PodDisruptionBudget.class) >= VOLUMES
                                    && count(admin, NetworkPolicy.class) >= VOLUMES
                                    && told(admin) == VOLUMES);
            row("all objects made, all status written, s", seconds(begin));
            row("calls for it", server.audit().size());
            row("calls by what they are", byKind(server.audit()));
            rest(server, operator, "at rest");
            change(server, admin);
        } finally {
            end(operator);
        }
        int before = server.audit().size();
        long begin = System.nanoTime();
        Process next = start(server, installation);
        try {
            rest(server, next, "after a restart, at rest");
            row("calls of a restart and that rest", server.audit().size() - before);
            row("s of a restart and that rest", seconds(begin));
        } finally {
            end(next);
        }
    }

    /** After a while in which nothing changes. */
    private void rest(ApiServer server, Process operator, String when) throws Exception {
        settle(server);
        int before = server.audit().size();
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        List<AuditedCall> calls = server.audit();
        row("calls in " + REST_SECONDS + " s " + when, byKind(calls.subList(before, calls.size())));
        row("resident, MiB, " + when, resident(operator));
    }

    private static void settle(ApiServer server) throws IOException {
        int[] last = {-1};
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(10))
                .until(() -> {
                    int now = withoutLease(server.audit());
                    boolean isQuiet = now == last[0];
                    last[0] = now;
                    return isQuiet;
                });
    }

    private static int withoutLease(List<AuditedCall> calls) {
        return (int) calls.stream().filter(it -> !it.resource().equals("leases")).count();
    }

    private void change(ApiServer server, KubernetesClient admin) throws IOException {
        int before = server.audit().size();
        DispersiveVolume changed =
                admin.resources(DispersiveVolume.class)
                        .inNamespace(Installation.VOLUMES)
                        .withName("volume-7")
                        .edit(it ->
                                Serialization.unmarshal(
                                        Serialization.asYaml(it)
                                                .replace("\"1Gi\"", "\"2Gi\"")
                                                .replace("size: 1Gi", "size: 2Gi"),
                                        DispersiveVolume.class));
        assertThat(changed.getSpec().size()).isEqualTo(new Quantity("2Gi"));
        settle(server);
        List<AuditedCall> calls = server.audit();
        row("calls of a change of one volume", byKind(calls.subList(before, calls.size())));
    }

    private static <T extends HasMetadata> int count(KubernetesClient admin, Class<T> type) {
        KubernetesResourceList<T> list =
                admin.resources(type).inNamespace(Installation.VOLUMES).list();
        return list.getItems().size();
    }

    private static long told(KubernetesClient admin) {
        return admin
                .resources(DispersiveVolume.class)
                .inNamespace(Installation.VOLUMES)
                .list()
                .getItems()
                .stream()
                .filter(it -> it.getStatus() != null && it.getStatus().conditions() != null)
                .count();
    }

    private static String byKind(List<AuditedCall> calls) {
        Map<String, Long> counts =
                calls.stream()
                        .collect(
                                Collectors.groupingBy(
                                        it -> it.verb() + " " + it.resource(),
                                        TreeMap::new,
                                        Collectors.counting()));
        return counts.isEmpty() ? "none" : counts.toString();
    }

    private static String resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(it -> it.startsWith("VmRSS:"))
                .map(it -> it.replaceAll("\\D", ""))
                .map(it -> Long.toString(Long.parseLong(it) / 1024))
                .findFirst()
                .orElse("?");
    }

    private static Process start(ApiServer server, Installation installation) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + OPTIONS,
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Ddispersive.operator.identity.port=18443",
                        "-jar",
                        JAR.toString());
        builder.environment().putAll(installation.environment());
        builder.environment()
                .put("KUBECONFIG", server.kubeConfigWith(installation.token()).toString());
        Path log = Path.of("target", "operator-process.log");
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static String seconds(long begin) {
        return Long.toString(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
    }

    private void row(String what, Object figure) {
        table.add("| " + what + " | " + figure + " |");
    }
}
