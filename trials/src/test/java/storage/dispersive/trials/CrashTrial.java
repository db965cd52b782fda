package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.volume.EngineState;

/**
 * One volume of 4 + 2 on six pods, whose engine is killed again and again in changing company. What
 * comes next follows from the round and the seed, when exactly it comes does not. Used by one
 * thread.
 */
final class CrashTrial implements AutoCloseable {

    private static final String VOLUME = "disk";
    private static final int PODS = 6;
    private static final int REDUNDANCY = 2;
    private static final List<String> ALL_PODS =
            IntStream.range(0, PODS)
                    .mapToObj(slot -> "pod-" + slot)
                    .collect(Collectors.toUnmodifiableList());
    private static final int MOST_INTERRUPTIONS = 2;

    /** Longer than an attach takes to the end on an idle machine, so that it dies anywhere. */
    private static final int MOST_RECOVERY_MILLIS = 1500;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(5);

    private final TriedSan san;
    private final Random random;
    private final BlockHistory history = new BlockHistory();
    private final Set<String> wiped = new HashSet<>();
    private final List<String> story = new ArrayList<>();
    private final Map<Limb, Integer> tried = new EnumMap<>(Limb.class);
    private Set<String> answeredLast = Set.copyOf(ALL_PODS);
    private Path socket;

    private CrashTrial(TriedSan san, long seed, Path socket) {
        this.san = san;
        this.random = new Random(seed);
        this.socket = socket;
    }

    /** Who dies when the engine dies. */
    enum Company {
        /** As many pods as may, at the same moment; they are not there at the next attach. */
        PODS_AT_ONCE,
        /** As many pods as may, some time before; others are not there at the next attach. */
        PODS_BEFORE,
        NOBODY,
        /** All, as at a power cut: nothing that was acknowledged is in any memory alone. */
        ALL_PODS
    }

    /** What the acknowledged outlives. */
    enum Limb {
        ENGINE_KILLED_WHILE_WRITING,
        ENGINE_KILLED_WHILE_RECOVERING,
        M_PODS_KILLED_WITH_IT,
        ATTACHED_WITHOUT_THE_M_PODS_KILLED_WITH_IT,
        ATTACHED_WITH_OTHER_K_PODS,
        POD_WIPED_IN_BETWEEN
    }

    /** On pods that are up. */
    static CrashTrial begin(TriedSan san, long seed) throws IOException {
        san.makePodsForgetful();
        san.run("volume", "create", VOLUME, "--size", "16MiB").orFail();
        return new CrashTrial(san, seed, san.attachNbd(VOLUME));
    }

    /** What was done since the last time, for whoever has to find out why. */
    String story() {
        return String.join("; ", story);
    }

    /** How often which limb was tried. */
    Map<Limb, Integer> tried() {
        return Map.copyOf(tried);
    }

    String summary() {
        return history.acknowledged() + " requests acknowledged, " + tried;
    }

    /** Writes so many requests and some more, all of which are answered. */
    void write(int writes) throws IOException {
        try (PipelinedWriter writer = PipelinedWriter.start(socket, history, random.nextLong())) {
            writer.awaitAcknowledged(writes);
            writer.finish();
        }
    }

    /** Writes so many requests and some more, then kills the engine and its company. */
    void writeUntilTheEngineDies(Company company, int writes) throws IOException {
        story.clear();
        try (PipelinedWriter writer = PipelinedWriter.start(socket, history, random.nextLong())) {
            writer.awaitAcknowledged(writes);
            List<String> pods = pick(company == Company.ALL_PODS ? PODS : mayFail(), Set.of());
            switch (company) {
                case NOBODY -> killEngine();
                case PODS_BEFORE -> {
                    killPods(pods);
                    writer.awaitAcknowledged(writes);
                    killEngine();
                }
                case PODS_AT_ONCE, ALL_PODS -> {
                    int first = random.nextInt(pods.size() + 1);
                    killPods(pods.subList(0, first));
                    killEngine();
                    killPods(pods.subList(first, pods.size()));
                }
            }
            writer.awaitFailure();
        }
        count(Limb.ENGINE_KILLED_WHILE_WRITING);
        if (company == Company.PODS_AT_ONCE && mayFail() == REDUNDANCY) {
            count(Limb.M_PODS_KILLED_WITH_IT);
        }
    }

    /** Wipes a pod that was not wiped before, of which there may be m. No engine may run. */
    void wipeOnePod() throws IOException {
        san.run("up").orFail();
        String pod = pick(1, Set.of()).getFirst();
        san.run("pod", "wipe", pod).orFail();
        wiped.add(pod);
        story.add(pod + " wiped");
        count(Limb.POD_WIPED_IN_BETWEEN);
    }

    /** At last, after attempts that are interrupted, often each with other pods than before. */
    void attachAgain(Company company) throws IOException {
        int attempts = 1 + random.nextInt(MOST_INTERRUPTIONS);
        for (int i = 0; i < attempts; i++) {
            prepare(company);
            interruptAttach(company);
        }
        prepare(company);
        Set<String> answer = answering();
        socket = san.attachNbd(VOLUME);
        story.add("attached with " + answer);
        boolean asFewAsMay = answer.size() == PODS - REDUNDANCY;
        if (asFewAsMay && !answer.equals(answeredLast)) {
            count(Limb.ATTACHED_WITH_OTHER_K_PODS);
        }
        if (asFewAsMay && company == Company.PODS_AT_ONCE && mayFail() == REDUNDANCY) {
            count(Limb.ATTACHED_WITHOUT_THE_M_PODS_KILLED_WITH_IT);
        }
        answeredLast = answer;
    }

    /** With all pods and at once. */
    void attachWithAllPods() throws IOException {
        san.run("up").orFail();
        socket = san.attachNbd(VOLUME);
    }

    /** Starts all pods that are down. */
    void healPods() throws IOException {
        san.run("up").orFail();
        story.add("all pods up");
    }

    /** What the disk shows and must not, nothing being written. */
    List<String> wrongBlocks() throws IOException {
        return history.settle(TriedSan.contents(socket));
    }

    private void count(Limb limb) {
        tried.merge(limb, 1, Integer::sum);
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

    private Set<String> down() {
        return ALL_PODS.stream()
                .filter(pod -> san.pod(pod).isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> answering() {
        return ALL_PODS.stream()
                .filter(pod -> !wiped.contains(pod) && san.pod(pod).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Up to so many pods that were not wiped; those to be spared only if there are no others. */
    private List<String> pick(int count, Set<String> spared) {
        List<String> pods = new ArrayList<>(ALL_PODS);
        pods.removeAll(wiped);
        Collections.shuffle(pods, random);
        pods.sort(Comparator.comparing(spared::contains));
        return pods.subList(0, Math.min(count, pods.size()));
    }

    /** Has those pods answer that the next attach is to meet. */
    private void prepare(Company company) throws IOException {
        Set<String> down = down();
        if (company == Company.PODS_AT_ONCE && down.size() <= mayFail()) {
            story.add("down as before are " + down);
            return;
        }
        boolean asFewAsMay = company == Company.PODS_BEFORE || random.nextBoolean();
        List<String> away = pick(asFewAsMay ? mayFail() : random.nextInt(mayFail() + 1), down);
        san.run("up").orFail();
        killPods(away);
    }

    /** Kills the engine when it has fenced the first pods, or at any moment since its start. */
    private void interruptAttach(Company company) throws IOException {
        answeredLast = answering();
        Process attach = san.begin("volume", "attach", VOLUME, "--face", "nbd");
        boolean atTheFence = company == Company.PODS_AT_ONCE || random.nextBoolean();
        await().pollInSameThread()
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(() ->
                        !attach.isAlive() || (atTheFence ? isRecovering() : engine().isPresent()));
        if (!atTheFence) {
            // The moment is what is tried, so this is no condition to wait for.
            LockSupport.parkNanos(random.nextInt(MOST_RECOVERY_MILLIS) * 1_000_000L);
        }
        boolean recovering = isRecovering();
        engine().ifPresent(OwnedProcess::kill);
        story.add("engine killed while attaching with " + answeredLast);
        if (recovering) {
            count(Limb.ENGINE_KILLED_WHILE_RECOVERING);
        }
        TriedSan.awaitEnd(attach);
    }

    /** Whether pods are fenced and nothing is served yet. */
    private boolean isRecovering() {
        LocalSan local = LocalSan.open(new SanHome(san.home()));
        return local.engines(local.volumes().get(VOLUME)).stream()
                .flatMap(engine -> engine.report().stream())
                .anyMatch(CrashTrial::isRecovering);
    }

    private static boolean isRecovering(EngineReport report) {
        return report.state().equals(EngineState.RECOVERING.name())
                && report.portions().stream().anyMatch(portion -> portion.state().equals("UP"));
    }

    @Override
    public void close() {
        engine().ifPresent(OwnedProcess::kill);
    }
}
