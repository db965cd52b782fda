package storage.dispersive.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreException;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.pod.store.StoreRule;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.simulation.disk.SimulatedCrash;
import storage.dispersive.simulation.disk.SimulatedDisk;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** One storage pod: a real store over a simulated disk, that dies and comes back. */
final class SimulatedPod {

    private static final long DISK_BYTES = 256L << 20;

    /** By then the store has proven on its disk that a record had been durable. */
    private static final long PROVEN_AFTER_NANOS = 300_000_000;

    private final int slot;
    private final SimulatedTime time;
    private final RandomGenerator random;
    private final Set<StoreRule> rules;
    private SimulatedLoop loop;
    private SimulatedDisk disk;
    private @Nullable PortionStore store;
    private int life;
    private long refusedForRoom;

    SimulatedPod(int slot, SimulatedTime time, RandomGenerator random, Set<StoreRule> rules) {
        this.slot = slot;
        this.time = time;
        this.random = random;
        this.rules = rules;
        loop = new SimulatedLoop(time, this::crash);
        disk = newDisk();
    }

    boolean isUp() {
        return store != null;
    }

    /** Counts up with every death, so that the network knows whose connections are gone. */
    int life() {
        return life;
    }

    Incarnation incarnation() {
        return running().incarnation();
    }

    SimulatedDisk disk() {
        return disk;
    }

    void start() {
        loop = new SimulatedLoop(time, this::crash);
        try {
            store =
                    PortionStore.openWithRules(
                            disk,
                            new PodIdentity("pod-" + slot),
                            loop,
                            StoreLimits.SMALL,
                            random,
                            rules);
        } catch (StoreException e) {
            throw new AssertionError("pod " + slot + " does not come back", e);
        }
    }

    /** The process dies; the machine goes on. */
    void kill() {
        stop();
        disk.kill();
    }

    /** The machine loses power. */
    void crash() {
        stop();
        disk.crash(random);
    }

    /** The disk is lost and replaced, and a store is founded on it that knows the volume. */
    void wipe(VolumeId volume, Code code) {
        if (isUp()) {
            stop();
        }
        disk = newDisk();
        start();
        running().handle(new PodRequest.Found(volume, slot, code), _ -> {});
    }

    /**
     * One bit of what the pod keeps is not what it was; of a pod that is up, and of what was
     * written some time ago. The last records before a crash cannot be told from a torn write, and
     * no store promises to: see the fault model in {@code docs/store-format.md}.
     */
    void rot() {
        List<String> segments =
                disk.list().stream().filter(name -> name.endsWith(".segment")).sorted().toList();
        if (!isUp() || segments.isEmpty()) {
            return;
        }
        String name = segments.get(random.nextInt(segments.size()));
        try {
            long bit = random.nextLong(disk.sizeBytes(name) * Byte.SIZE);
            if (time.nowNanos() - disk.writtenNanos(name, bit) > PROVEN_AFTER_NANOS) {
                disk.flip(name, bit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many requests found no room, ever. */
    long refusedForRoom() {
        return refusedForRoom;
    }

    /** Takes a request; the pod may die of it. */
    void handle(PodRequest request, Consumer<PodReply> reply) {
        try {
            running().handle(request, answer -> answer(answer, reply));
        } catch (SimulatedCrash e) {
            crash();
        }
    }

    private void answer(PodReply answer, Consumer<PodReply> reply) {
        if (answer instanceof Refused refused && refused.refusal() == Refusal.NO_SPACE) {
            refusedForRoom++;
        }
        reply.accept(answer);
    }

    private PortionStore running() {
        if (store == null) {
            throw new IllegalStateException("pod " + slot + " is down");
        }
        return store;
    }

    private void stop() {
        life++;
        loop.kill();
        if (store != null) {
            store.halt();
            store = null;
        }
    }

    private SimulatedDisk newDisk() {
        return new SimulatedDisk(new PodLoop(), random, DISK_BYTES);
    }

    /** The disk's completions belong to whichever process is up. */
    private final class PodLoop implements EventLoop {
        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            return loop.schedule(delayMillis, task);
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
