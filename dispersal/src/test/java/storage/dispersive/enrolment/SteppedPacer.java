package storage.dispersive.enrolment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lets time pass from one task to the next, all in the thread of a test. */
final class SteppedPacer implements Pacer {

    private final FakeClock clock;
    private final List<Task> tasks = new ArrayList<>();

    private record Task(Instant due, Runnable what) {}

    SteppedPacer(FakeClock clock) {
        this.clock = clock;
    }

    @Override
    public Planned after(Duration wait, Runnable task) {
        Task planned = new Task(clock.instant().plus(wait), task);
        tasks.add(planned);
        return () -> tasks.remove(planned);
    }

    int planned() {
        return tasks.size();
    }

    /** Does all that is planned until so much time has passed. */
    void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (true) {
            Task next =
                    tasks.stream()
                            .min(Comparator.comparing(Task::due))
                            .filter(task -> !task.due().isAfter(end))
                            .orElse(null);
            if (next == null) {
                break;
            }
            tasks.remove(next);
            if (next.due().isAfter(clock.instant())) {
                clock.pass(Duration.between(clock.instant(), next.due()));
            }
            next.what().run();
        }
        clock.pass(Duration.between(clock.instant(), end));
    }
}
