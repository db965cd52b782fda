package storage.dispersive.operator.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.AuditedCall;

/**
 * Measures one operator, phase by phase. Calls are those in the API server's audit log of the
 * operator's user; processor time and memory are what the kernel says of its process.
 */
final class Measurement implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration REST = Duration.ofMinutes(Integer.getInteger("many.rest", 5));

    /** Longer than the time after which the operator asks storage pods again. */
    private static final Duration QUIET = Duration.ofSeconds(12);

    private static final Path RESULT = Path.of("target/many-volumes.md");

    private final ApiServer server;
    private final Installation installation;
    private final CallTable calls = new CallTable();
    private final List<String> figures = new ArrayList<>();
    private OperatorProcess operator;
    private int counted;
    private long began;
    private Duration cpuBefore;

    Measurement(ApiServer server, Installation installation) throws IOException {
        this.server = server;
        this.installation = installation;
        this.operator = OperatorProcess.start(server, installation);
        this.began = System.nanoTime();
        this.cpuBefore = Duration.ZERO;
    }

    /** From now on seconds and processor time count anew. */
    void begin() {
        began = System.nanoTime();
        cpuBefore = operator.cpu();
    }

    void reach(String what, Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(condition);
        figure(what + ", s", (System.nanoTime() - began) / 1_000_000_000L);
        figure(what + ", processor s of the operator", cpuSeconds());
    }

    private String cpuSeconds() {
        return "%.1f".formatted(operator.cpu().minus(cpuBefore).toMillis() / 1000.0);
    }

    /** Until nothing but the lease was asked for, for a while. */
    void awaitQuiet() {
        int[] last = {-1};
        await().atMost(PATIENCE)
                .pollInterval(QUIET)
                .until(() -> {
                    int before = last[0];
                    last[0] =
                            (int)
                                    server.audit().stream()
                                            .filter(it -> !CallTable.isForLease(it))
                                            .count();
                    return before == last[0];
                });
    }

    /** Gives the calls since the phase before a column. */
    void phase(String name) throws IOException {
        List<AuditedCall> all = server.audit();
        calls.add(name, all.subList(counted, all.size()));
        counted = all.size();
    }

    /** While nobody changes anything. */
    void rest() throws IOException, InterruptedException {
        begin();
        await().pollDelay(REST).timeout(REST.plusMinutes(1)).until(() -> true);
        phase(REST.toMinutes() + " min at rest");
        figure(REST.toMinutes() + " min at rest, processor s of the operator", cpuSeconds());
        memory("at rest");
    }

    void memory(String when) throws IOException, InterruptedException {
        figure("resident " + when + ", MiB (without files; most until then)", resident());
        figure("heap in use " + when + ", MiB", operator.liveHeapMib());
    }

    private String resident() throws IOException {
        return "%d (%d; %d)"
                .formatted(
                        operator.residentMib(),
                        operator.anonymousMib(),
                        operator.mostResidentMib());
    }

    /** Another operator, of the same name, takes over. */
    void restart() throws IOException, InterruptedException {
        operator.close();
        counted = server.audit().size();
        operator = OperatorProcess.start(server, installation);
        awaitQuiet();
        phase("new start");
        memory("after a new start");
    }

    private void figure(String what, Object value) {
        figures.add("| " + what + " | " + value + " |");
    }

    /** Prints all of it, and adds it to a file. */
    void print(String title) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("### " + title, "", "| | |", "| --- | ---: |"));
        lines.addAll(figures);
        lines.add("");
        lines.addAll(calls.lines());
        lines.add("");
        lines.add(
                "%d processors, load average %.1f at the end, kube-apiserver %s, JDK %s."
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                                version(),
                                Runtime.version()));
        lines.add("");
        lines.forEach(System.out::println);
        Files.write(RESULT, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String version() {
        try (var admin = server.client()) {
            return admin.getKubernetesVersion().getGitVersion();
        }
    }

    @Override
    public void close() {
        operator.close();
    }
}
