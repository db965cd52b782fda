package storage.dispersive.trials;

import java.util.ArrayList;
import java.util.List;

/** What happened when, for who reads of a failure. Thread-safe. */
final class Journal {

    private static final int MAX_LINES = 2_000;

    private final long startNanos = System.nanoTime();
    private final List<String> lines = new ArrayList<>();

    synchronized void note(String what) {
        if (lines.size() < MAX_LINES) {
            lines.add("%8.3f s  %s".formatted((System.nanoTime() - startNanos) / 1e9, what));
        }
    }

    @Override
    public synchronized String toString() {
        return String.join("\n", lines);
    }
}
