package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.cli.lan.Hosts;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;

/**
 * The storage-pod processes of a local SAN. Used by one thread of one command at a time: {@link
 * LocalSan} holds the lock.
 */
public final class StoragePods {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** For the ports of a pod that was killed a moment ago, whose last thread gives them back. */
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(5);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final SanHome home;
    private final SanRecord san;
    private final PodProgram program;
    private final Hosts hosts;
    private final PodHealth health;

    StoragePods(SanHome home, SanRecord san, PodProgram program, Hosts hosts) {
        this.home = home;
        this.san = san;
        this.program = program;
        this.hosts = hosts;
        this.health = new PodHealth(hosts.client());
    }

    /** A pod as it is seen from outside. */
    public enum State {
        READY,
        /** The process lives and does not serve (yet). */
        NOT_READY,
        DOWN
    }

    /**
     * One pod, and its process if it has one.
     *
     * @param pid 0 when there is no process
     * @param storeBytes of all files in the store's directory
     */
    public record Sight(PodRecord pod, State state, long pid, long storeBytes) {}

    public List<Sight> all() {
        List<Sight> sights = new ArrayList<>();
        san.pods().forEach(pod -> sights.add(look(pod)));
        return List.copyOf(sights);
    }

    private Sight look(PodRecord pod) {
        Optional<OwnedProcess> process = process(pod);
        State state = State.DOWN;
        if (process.isPresent()) {
            state = health.isReady(pod) ? State.READY : State.NOT_READY;
        }
        long pid = process.map(OwnedProcess::pid).orElse(0L);
        return new Sight(pod, state, pid, FileTree.sizeBytes(pod.storeDirectory()));
    }

    public boolean isRunning(PodRecord pod) {
        return process(pod).isPresent();
    }

    private Optional<OwnedProcess> process(PodRecord pod) {
        return OwnedProcess.find(home.pod(pod.name()));
    }

    /** Starts those of {@code pods} that do not run, and waits until all of them are ready. */
    public void start(List<PodRecord> pods, Progress progress) {
        for (PodRecord pod : pods) {
            if (!isRunning(pod)) {
                launch(pod);
            }
        }
        int ready = 0;
        for (PodRecord pod : pods) {
            awaitReady(pod);
            ready++;
            progress.step("storage pods ready: " + ready + " of " + pods.size());
        }
    }

    private void launch(PodRecord pod) {
        SanHome.directory(home.pod(pod.name()));
        SanHome.directory(pod.storeDirectory());
        if (san.network().hasHosts()) {
            // Nobody else is there who could have its ports.
            hosts.pod(pod.name()).checkUp();
        } else {
            awaitPorts(pod);
        }
        hosts.pod(pod.name())
                .call(() ->
                        OwnedProcess.startJava(
                                home.pod(pod.name()),
                                PodProgram.ENVIRONMENT,
                                program.arguments(pod)));
    }

    private static void awaitPorts(PodRecord pod) {
        for (int port : new int[] {pod.port(), pod.healthPort()}) {
            if (!OwnedProcess.await(() -> FreePorts.isFree(port), PORT_PATIENCE)) {
                throw SanException.failed(
                        "port " + port + " of " + pod.name() + " is taken by another program",
                        "'ss -ltnp' shows by which; end it, then start the pod again");
            }
        }
    }

    private void awaitReady(PodRecord pod) {
        OwnedProcess.await(() -> health.isReady(pod) || !isRunning(pod), START_PATIENCE);
        if (isRunning(pod) && health.isReady(pod)) {
            return;
        }
        throw SanException.failed(
                pod.name()
                        + (isRunning(pod)
                                ? " is not ready after " + START_PATIENCE.toSeconds() + " s"
                                : " ended instead of serving"),
                OwnedProcess.lastWords(home.pod(pod.name())));
    }

    /** SIGKILL, as a power cut would do it. */
    public void kill(PodRecord pod) {
        process(pod)
                .orElseThrow(() ->
                        SanException.failed(
                                pod.name() + " does not run",
                                "start it with 'dispersive pod start " + pod.name() + "'"))
                .kill();
    }

    /** Kills the pod if it runs and takes away all that it stored; starts it again if it ran. */
    public void wipe(PodRecord pod, Progress progress) {
        Optional<OwnedProcess> process = process(pod);
        process.ifPresent(OwnedProcess::kill);
        try {
            if (Files.isDirectory(pod.storeDirectory())) {
                FileTree.empty(pod.storeDirectory());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the store of " + pod.name() + " cannot be wiped", e);
        }
        if (process.isPresent()) {
            start(List.of(pod), progress);
        }
    }

    /** Ends all pods, also those that a command which was killed had started. */
    public void stopAll() {
        OwnedProcess.terminateAll(OwnedProcess.below(home.pods()), STOP_PATIENCE);
    }

    /** What the pod's process has printed. */
    public Path log(PodRecord pod) {
        return home.pod(pod.name()).resolve("log");
    }
}
