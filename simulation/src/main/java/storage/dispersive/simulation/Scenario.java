package storage.dispersive.simulation;

import java.util.List;
import java.util.random.RandomGenerator;
import storage.dispersive.simulation.ScenarioOptions.Emphasis;

/**
 * One life of a volume, decided by a seed: requests and faults in any order, several engines, and
 * at the end all is healed, an engine is attached once more, and every block is read and checked.
 */
public final class Scenario {

    private static final long MOST_MILLIS_TO_ATTACH = 120_000;
    private static final long SLICE_MILLIS = 100;
    private static final int MOST_BLOCKS_AT_ONCE = 6;

    private final SimulatedSan san;
    private final Workload workload;
    private final RandomGenerator random;
    private final int actions;
    private final int replacements;

    private Scenario(ScenarioOptions options, long seed) {
        san = new SimulatedSan(options, seed);
        workload = new Workload(san.time());
        random = san.random();
        actions = options.actions();
        replacements = options.emphasis() == Emphasis.RECOVERIES ? 30 : 8;
    }

    /** What a scenario came to. */
    public record Outcome(long steps, long succeeded, long failed) {}

    /**
     * Runs one scenario to its end.
     *
     * @throws RuntimeException if the checker finds something, or anything breaks; it names the
     *     seed
     */
    public static Outcome run(ScenarioOptions options, long seed) {
        Scenario scenario = new Scenario(options, seed);
        try {
            return scenario.run();
        } catch (RuntimeException | AssertionError e) {
            throw new IllegalStateException(
                    options.code() + " seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private Outcome run() {
        san.startEngine(true);
        san.pass(500);
        for (int action = 0; action < actions; action++) {
            act();
            san.pass(random.nextInt(10) == 0 ? random.nextInt(1_500) : random.nextInt(20));
        }
        heal();
        SimulatedEngine last = san.startEngine(true);
        awaitServing(last);
        readAll(last);
        workload.write(last.disk(), 0, SimulatedSan.BLOCKS);
        san.pass(5_000);
        readAll(last);
        return new Outcome(san.time().steps(), workload.succeeded(), workload.failed());
    }

    private void act() {
        int dice = random.nextInt(100);
        if (dice < 70 - replacements) {
            request();
        } else if (dice < 70) {
            replaceEngine();
        } else if (dice < 84) {
            disturbPod();
        } else if (dice < 90) {
            List<SimulatedEngine> engines = san.engines();
            SimulatedEngine engine = engines.get(random.nextInt(engines.size()));
            san.network().stall(engine.loop(), random.nextInt(san.pods().size()));
        } else if (dice < 93) {
            List<SimulatedEngine> engines =
                    san.engines().stream().filter(SimulatedEngine::isAlive).toList();
            engines.forEach(engine -> engine.roll(random.nextInt(san.pods().size())));
        } else if (dice < 96) {
            san.network().resumeAll();
        } else {
            san.pods().forEach(pod -> startIfDown(pod));
        }
    }

    private void request() {
        List<SimulatedEngine> alive =
                san.engines().stream().filter(SimulatedEngine::isAlive).toList();
        if (alive.isEmpty()) {
            return;
        }
        boolean newest = random.nextInt(4) > 0;
        SimulatedEngine engine = newest ? alive.getLast() : alive.get(random.nextInt(alive.size()));
        int blocks = 1 + random.nextInt(MOST_BLOCKS_AT_ONCE);
        long first = random.nextInt(SimulatedSan.BLOCKS - blocks + 1);
        int kind = random.nextInt(10);
        if (kind < 6) {
            workload.write(engine.disk(), first, blocks);
        } else if (kind < 7) {
            workload.zero(engine.disk(), first, blocks);
        } else if (engine == san.engines().getLast()) {
            // An engine that was cut off may show old content until it hears of the fence.
            workload.read(engine.disk(), first, blocks, () -> {});
        }
    }

    private void replaceEngine() {
        SimulatedEngine newest = san.engines().getLast();
        boolean takesOver = random.nextInt(3) > 0;
        if (newest.isAlive() && (!takesOver || random.nextBoolean())) {
            san.killEngine(newest);
        }
        san.startEngine(takesOver);
        if (random.nextBoolean()) {
            // Dies soon, in the middle of its recovery.
            san.pass(random.nextInt(30));
            san.killEngine(san.engines().getLast());
            san.startEngine(random.nextBoolean());
        }
    }

    private void disturbPod() {
        SimulatedPod pod = san.pods().get(random.nextInt(san.pods().size()));
        int dice = random.nextInt(100);
        if (!pod.isUp()) {
            pod.start();
        } else if (dice < 35) {
            san.killPod(pod);
        } else if (dice < 60) {
            san.crashPod(pod);
        } else if (dice < 80) {
            pod.disk().stopAfter(random.nextInt(40));
        } else if (dice < 84) {
            san.pods().stream().filter(SimulatedPod::isUp).forEach(san::crashPod);
            san.pods().forEach(this::startIfDown);
        } else if (dice < 90) {
            san.wipePod(pod);
        } else if (dice < 95) {
            san.rotPod(pod);
        } else {
            san.killPod(pod);
            pod.start();
        }
    }

    private void startIfDown(SimulatedPod pod) {
        if (!pod.isUp()) {
            pod.start();
        }
    }

    private void heal() {
        for (SimulatedEngine engine : san.engines()) {
            if (engine.life() == SimulatedEngine.Life.FAILED) {
                throw new AssertionError("an engine failed: " + engine.whyFailed());
            }
        }
        san.network().resumeAll();
        san.engines().stream().filter(SimulatedEngine::isAlive).forEach(san::killEngine);
        san.pods().forEach(this::startIfDown);
        san.pass(2_000);
        san.network().resumeAll();
        san.pods().forEach(this::startIfDown);
        san.pass(100);
    }

    private void awaitServing(SimulatedEngine engine) {
        for (long waited = 0; waited < MOST_MILLIS_TO_ATTACH; waited += SLICE_MILLIS) {
            if (engine.life() == SimulatedEngine.Life.SERVING) {
                return;
            }
            san.pass(SLICE_MILLIS);
            san.pods().forEach(this::startIfDown);
        }
        engine.askStatus();
        san.pass(1);
        throw new IllegalStateException("the last attach does not end: " + engine.lastStatus());
    }

    private void readAll(SimulatedEngine engine) {
        boolean[] answered = {false};
        workload.read(engine.disk(), 0, SimulatedSan.BLOCKS, () -> answered[0] = true);
        san.pass(5_000);
        if (!answered[0]) {
            throw new IllegalStateException("the last read was not answered");
        }
    }
}
