package storage.dispersive.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import storage.dispersive.wire.PodConnector;

/**
 * Connects engines with pods. Messages of a connection keep their order, as TCP does; they take
 * from microseconds to most of a second; a stalled connection delivers late or never; what a dead
 * engine had sent may still arrive.
 */
final class SimulatedNetwork {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long USUAL_NANOS = 300_000;
    private static final long SLOW_NANOS = 700 * NANOS_PER_MILLI;
    private static final double SLOW_CHANCE = 0.01;
    private static final int NOBODY = -1;

    private final SimulatedTime time;
    private final RandomGenerator random;
    private final List<SimulatedPod> pods;
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private long made;
    private long mostAlive;
    private int unanswered = NOBODY;

    SimulatedNetwork(SimulatedTime time, RandomGenerator random, List<SimulatedPod> pods) {
        this.time = time;
        this.random = random;
        this.pods = pods;
    }

    /** The connector of one engine, which runs on {@code loop}. */
    PodConnector connector(SimulatedLoop loop) {
        return (slot, kind, listener) -> {
            var connection = new SimulatedConnection(this, loop, pods.get(slot), listener);
            connections.removeIf(SimulatedConnection::isOver);
            connections.add(connection);
            made++;
            mostAlive = Math.max(mostAlive, connections.size());
            if (slot != unanswered) {
                connection.connect();
            }
        };
    }

    /** From now on nobody at this pod answers who wants a connection; those that are up stay. */
    void leaveUnanswered(int slot) {
        unanswered = slot;
    }

    /** Connections that were ever begun. */
    long made() {
        return made;
    }

    /** Connections that have not ended, also those that are not up yet. */
    long alive() {
        return connections.stream().filter(connection -> !connection.isOver()).count();
    }

    /** As many as there ever were at the same time. */
    long mostAlive() {
        return mostAlive;
    }

    /** Everything between an engine and a pod stands still until {@link #resumeAll}. */
    void stall(SimulatedLoop engine, int slot) {
        for (SimulatedConnection connection : connections) {
            if (connection.isBetween(engine, pods.get(slot))) {
                connection.stall();
            }
        }
    }

    /** What stood still is delivered, or lost with its connection. */
    void resumeAll() {
        for (SimulatedConnection connection : List.copyOf(connections)) {
            connection.resume(random.nextInt(4) == 0);
        }
    }

    /** A pod has died: its connections end. */
    void podDied(SimulatedPod pod) {
        for (SimulatedConnection connection : List.copyOf(connections)) {
            if (connection.isTo(pod)) {
                connection.breakUp("the pod died");
            }
        }
    }

    /** An engine has died: what it sent may arrive, or may not. */
    void engineDied(SimulatedLoop engine) {
        for (SimulatedConnection connection : List.copyOf(connections)) {
            if (connection.isFrom(engine) && random.nextInt(3) == 0) {
                connection.breakUp("the engine died");
            }
        }
    }

    SimulatedTime time() {
        return time;
    }

    long delayNanos() {
        return random.nextDouble() < SLOW_CHANCE
                ? random.nextLong(SLOW_NANOS)
                : random.nextLong(USUAL_NANOS);
    }
}
