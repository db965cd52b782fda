package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import storage.dispersive.cli.san.OwnedProcess;

/**
 * One volume of 4 + 2 on six pods, whose engine is killed again and again in random company. What
 * comes next follows from the seed, when exactly it comes does not. Used by one thread.
 */
final class CrashTrial implements AutoCloseable {

    private static final String VOLUME = "disk";
    private static final int PODS = 6;
    private static final int REDUNDANCY = 2;
    private static final int MOST_WRITES = 1500;
    private static final int MOST_INTERRUPTIONS = 2;

    /** Longer than an attach takes to the end on an idle machine, so that it dies anywhere. */
    private static final int MOST_RECOVERY_MILLIS = 1500;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TriedSan san;
    private final Random random;
    private final BlockHistory history = new BlockHistory();
    private final Set<String> wiped = new HashSet<>();
    private final List<String> story = new ArrayList<>();
    private Path socket;
    private int interruptions;

    private CrashTrial(TriedSan san, long seed, Path socket) {
        this.san = san;
        this.random = new Random(seed);
        this.socket = socket;
    }

    static CrashTrial begin(TriedSan san, long seed) throws IOException {
        san.upWithSmallSegments();
        san.makePodsForgetful();
        san.run("volume", "create", VOLUME, "--size", "16MiB").orFail();
        return new CrashTrial(san, seed, san.attachNbd(VOLUME));
    }

    /** What was done since the last time, for whoever has to find out why. */
    String story() {
        return String.join("; ", story);
    }

    String summary() {
        return history.acknowledged()
                + " requests acknowledged, "
                + interruptions
                + " attaches interrupted";
    }

    /** Only while all other pods are up and whole. */
    void wipeOnePod() throws IOException {
        san.run("up").orFail();
        String pod = pick(1).getFirst();
        san.run("pod", "wipe", pod).orFail();
        wiped.add(pod);
    }

    /** Writes, kills the engine, before or after it up to m pods or even all, or none. */
    void writeUntilTheEngineDies() throws IOException {
        story.clear();
        try (PipelinedWriter writer = PipelinedWriter.start(socket, history, random.nextLong())) {
            writer.awaitAcknowledged(1 + random.nextInt(MOST_WRITES));
            switch (random.nextInt(4)) {
                case 0 -> killEngine();
                case 1 -> {
                    killPods(pick(mayFail()));
                    writer.awaitAcknowledged(1 + random.nextInt(MOST_WRITES));
                    killEngine();
                }
                case 2 -> {
                    List<String> pods = pick(mayFail());
                    killEngine();
                    killPods(pods);
                }
                default -> {
                    killEngine();
                    // A power cut: nothing that was acknowledged is in any memory alone.
                    killPods(pick(PODS));
                }
            }
            writer.awaitFailure();
        }
    }

    /** With other pods than before, and not always at the first attempt. */
    void attachAgain() throws IOException {
        int attempts = random.nextInt(MOST_INTERRUPTIONS + 1);
        for (int i = 0; i < attempts; i++) {
            changePods();
            interruptAttach();
        }
        changePods();
        socket = san.attachNbd(VOLUME);
        if (random.nextBoolean()) {
            san.run("up").orFail();
            story.add("all pods up");
        }
    }

    /** What the disk shows and must not, nothing being written. */
    List<String> wrongBlocks() throws IOException {
        return history.settle(TriedSan.contents(socket));
    }

    private int mayFail() {
        return REDUNDANCY - wiped.size();
    }

    private void killEngine() {
        engine().orElseThrow().kill();
        story.add("engine killed");
    }

    private Optional<OwnedProcess> engine() {
        return san.engine(VOLUME, san.generation(VOLUME));
    }

    private void killPods(List<String> pods) {
        for (String pod : pods) {
            san.pod(pod)
                    .ifPresent(process -> {
                        process.kill();
                        story.add(pod + " killed");
                    });
        }
    }

    /** Up to so many pods that were not wiped. */
    private List<String> pick(int count) {
        List<String> pods = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            pods.add("pod-" + i);
        }
        pods.removeAll(wiped);
        Collections.shuffle(pods, random);
        return pods.subList(0, Math.min(count, pods.size()));
    }

    /** Makes some pods answer next time and others not. */
    private void changePods() throws IOException {
        List<String> away = pick(random.nextInt(mayFail() + 1));
        san.run("up").orFail();
        killPods(away);
        story.add("away are " + away);
    }

    /** Kills the engine some time after it was started, often while it recovers. */
    private void interruptAttach() throws IOException {
        Process attach = san.begin("volume", "attach", VOLUME, "--face", "nbd");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> engine().isPresent() || !attach.isAlive());
        // The moment is what is tried, so this is no condition to wait for.
        LockSupport.parkNanos(random.nextInt(MOST_RECOVERY_MILLIS) * 1_000_000L);
        engine().ifPresent(OwnedProcess::kill);
        story.add("engine killed while attaching");
        interruptions++;
        TriedSan.awaitEnd(attach);
    }

    @Override
    public void close() {
        engine().ifPresent(OwnedProcess::kill);
    }
}
