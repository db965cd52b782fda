package storage.dispersive.simulation;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.simulation.ScenarioOptions.ScenarioRule;
import storage.dispersive.volume.EngineEnvironment;
import storage.dispersive.volume.EngineSettings;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.VolumeEngine;
import storage.dispersive.volume.VolumeSpec;
import storage.dispersive.volume.pods.RollPolicy;
import storage.dispersive.wire.PodRequest;

/** One volume on its pods, and the engines that were ever started for it. */
final class SimulatedSan {

    static final int BLOCKS = 48;

    /** Short, so that sessions roll in every scenario. */
    private static final long ROLL_MILLIS = 400;

    private static final long ROLL_BYTES = 200_000;

    private final ScenarioOptions options;
    private final SimulatedTime time = new SimulatedTime();
    private final RandomGenerator random;
    private final List<SimulatedPod> pods = new ArrayList<>();
    private final SimulatedNetwork network;
    private VolumeSpec spec;
    private final VolumeKey key;
    private final List<SimulatedEngine> engines = new ArrayList<>();
    private long generation = 1;
    private long run;
    private RollPolicy rollPolicy = new RollPolicy(ROLL_MILLIS, ROLL_BYTES);
    private final Set<SimulatedPod> rotten = new LinkedHashSet<>();
    private int disksLost;

    SimulatedSan(ScenarioOptions options, long seed) {
        this.options = options;
        this.random = new Random(seed);
        VolumeId volume = new VolumeId(random.nextLong(), random.nextLong());
        network = new SimulatedNetwork(time, random, pods);
        List<Member> members = new ArrayList<>();
        for (int slot = 0; slot < options.code().portions(); slot++) {
            var pod = new SimulatedPod(slot, time, random, options.storeRules());
            pod.start();
            pod.handle(new PodRequest.Found(volume, slot, options.code()), _ -> {});
            pods.add(pod);
            members.add(new Member(slot, "pod-" + slot, pod.incarnation(), 1));
        }
        spec =
                new VolumeSpec(
                        volume, (long) BLOCKS * VirtualDisk.BLOCK_BYTES, options.code(), members);
        byte[] secret = new byte[VolumeKey.KEY_BYTES];
        random.nextBytes(secret);
        key = VolumeKey.of(secret);
        pass(1_000);
    }

    RandomGenerator random() {
        return random;
    }

    SimulatedTime time() {
        return time;
    }

    List<SimulatedPod> pods() {
        return pods;
    }

    List<SimulatedEngine> engines() {
        return engines;
    }

    /** When engines that are started from now on replace their sessions. */
    void roll(RollPolicy policy) {
        rollPolicy = policy;
    }

    /** The volume has so many bytes for every engine that is started from now on. */
    void grow(long sizeBytes) {
        spec = new VolumeSpec(spec.id(), sizeBytes, spec.code(), spec.members());
    }

    SimulatedNetwork network() {
        return network;
    }

    /** Lets time pass. */
    void pass(long millis) {
        long end = time.nowNanos() + millis * 1_000_000;
        boolean[] reached = {false};
        time.at(end, () -> reached[0] = true);
        while (!reached[0] && time.step()) {
            killPodsWhoseDiskStopped();
        }
    }

    /** Another node takes the volume over, or the same node starts its engine again. */
    SimulatedEngine startEngine(boolean takesOver) {
        if (takesOver) {
            generation++;
        }
        if (options.scenarioRules().contains(ScenarioRule.NEW_EPOCH_AT_EVERY_START) || run == 0) {
            run++;
        }
        SimulatedLoop loop = new SimulatedLoop(time, () -> {});
        var buffers = new UnpooledByteBufAllocator(false, true, true);
        var environment =
                new EngineEnvironment(loop, network.connector(loop), key, random, buffers);
        var settings =
                new EngineSettings(
                        4, 2, 1, 16L << 20, 20_000, 500, 4, 200, rollPolicy, options.engineRules());
        SimulatedEngine engine = new SimulatedEngine(loop);
        engine.runs(
                VolumeEngine.start(
                        spec, new Epoch(generation, run), environment, settings, engine));
        engines.add(engine);
        return engine;
    }

    void killEngine(SimulatedEngine engine) {
        engine.kill();
        network.engineDied(engine.loop());
    }

    void killPod(SimulatedPod pod) {
        pod.kill();
        network.podDied(pod);
    }

    void crashPod(SimulatedPod pod) {
        pod.crash();
        network.podDied(pod);
    }

    /** Loses a pod's disk, if the volume can do without it. */
    void wipePod(SimulatedPod pod) {
        if (rotten.remove(pod) || mayLoseDisk()) {
            pod.wipe(spec.id(), spec.code());
            network.podDied(pod);
        }
    }

    /** A pod's disk rots, if the volume can do without what it holds. */
    void rotPod(SimulatedPod pod) {
        if (rotten.contains(pod) || mayLoseDisk()) {
            rotten.add(pod);
            pod.rot();
        }
    }

    /** Whether one more disk may be lost, which is counted. */
    private boolean mayLoseDisk() {
        boolean bounded = options.scenarioRules().contains(ScenarioRule.DISKS_LOST_WITHIN_BOUNDS);
        if (bounded && disksLost >= options.disksThatMayBeLost()) {
            return false;
        }
        disksLost++;
        return true;
    }

    private void killPodsWhoseDiskStopped() {
        for (SimulatedPod pod : pods) {
            if (pod.isUp() && pod.disk().isStopped()) {
                pod.crash();
            }
            if (!pod.isUp()) {
                network.podDied(pod);
            }
        }
    }
}
