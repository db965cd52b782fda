package storage.dispersive.simulation;

import storage.dispersive.loop.EventLoop;
import storage.dispersive.simulation.disk.SimulatedCrash;

/** The loop of one process. When the process is killed, nothing of it runs any more. */
final class SimulatedLoop implements EventLoop {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SimulatedTime time;
    private final Runnable crashed;
    private boolean killed;

    /**
     * The loop of a new process.
     *
     * @param crashed run when a task met a disk that had stopped
     */
    SimulatedLoop(SimulatedTime time, Runnable crashed) {
        this.time = time;
        this.crashed = crashed;
    }

    void kill() {
        killed = true;
    }

    boolean isKilled() {
        return killed;
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        SimulatedTime.Handle handle = time.after(delayMillis * NANOS_PER_MILLI, () -> run(task));
        return handle::cancel;
    }

    @Override
    public void execute(Runnable task) {
        time.after(0, () -> run(task));
    }

    @Override
    public long nanoTime() {
        return time.nowNanos();
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    private void run(Runnable task) {
        if (killed) {
            return;
        }
        try {
            task.run();
        } catch (SimulatedCrash e) {
            crashed.run();
        }
    }
}
