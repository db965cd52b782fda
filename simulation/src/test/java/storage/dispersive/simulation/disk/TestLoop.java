package storage.dispersive.simulation.disk;

import java.util.PriorityQueue;
import storage.dispersive.loop.EventLoop;

/** A loop whose time passes only when a test lets it. */
final class TestLoop implements EventLoop {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long nextNumber;

    private record Event(long atNanos, long number, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Event event = new Event(nowNanos + delayMillis * 1_000_000, nextNumber++, task);
        events.add(event);
        return () -> events.remove(event);
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    boolean isIdle() {
        return events.isEmpty();
    }

    /** Runs the next task; false if there is none. */
    boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        nowNanos = event.atNanos;
        event.task.run();
        return true;
    }

    /** Forgets what a process that died would have done. */
    void clear() {
        events.clear();
    }

    void runAll() {
        while (step()) {
            // until nothing is left
        }
    }
}
