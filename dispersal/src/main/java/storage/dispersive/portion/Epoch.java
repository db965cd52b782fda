package storage.dispersive.portion;

import java.util.Comparator;

/**
 * One writer's tenure: the attachment generation, taken by compare-and-set where the volume is
 * recorded, and the run, taken from a locked file on the node at every start of an engine. Both are
 * unsigned in spirit and never negative; {@link #ZERO} is below every epoch that writes.
 */
public record Epoch(long generation, long run) implements Comparable<Epoch> {

    public static final Epoch ZERO = new Epoch(0, 0);

    private static final Comparator<Epoch> ORDER =
            Comparator.comparingLong(Epoch::generation).thenComparingLong(Epoch::run);

    public Epoch {
        if (generation < 0 || run < 0) {
            throw new IllegalArgumentException(
                    "generation and run must not be negative, got " + generation + ", " + run);
        }
    }

    @Override
    public int compareTo(Epoch other) {
        return ORDER.compare(this, other);
    }

    public boolean isBelow(Epoch other) {
        return compareTo(other) < 0;
    }

    public boolean isAbove(Epoch other) {
        return compareTo(other) > 0;
    }

    @Override
    public String toString() {
        return generation + "." + run;
    }
}
