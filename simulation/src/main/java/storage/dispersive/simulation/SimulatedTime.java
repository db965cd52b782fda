package storage.dispersive.simulation;

import java.util.PriorityQueue;

/** The one clock of a simulation, and everything that is going to happen. */
public final class SimulatedTime {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long nextNumber;
    private long steps;

    private record Event(long atNanos, long number, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    /** Something that will happen. */
    public interface Handle {
        void cancel();
    }

    public long nowNanos() {
        return nowNanos;
    }

    public long steps() {
        return steps;
    }

    public Handle at(long atNanos, Runnable task) {
        Event event = new Event(Math.max(nowNanos, atNanos), nextNumber++, task);
        events.add(event);
        return () -> events.remove(event);
    }

    public Handle after(long nanos, Runnable task) {
        return at(nowNanos + nanos, task);
    }

    /** Lets the next thing happen; false if nothing is left. */
    public boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        nowNanos = event.atNanos;
        steps++;
        event.task.run();
        return true;
    }
}
