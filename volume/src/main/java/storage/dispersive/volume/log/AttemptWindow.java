package storage.dispersive.volume.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import storage.dispersive.portion.LaterAttempt;
import storage.dispersive.volume.EngineSettings;

/**
 * Which of the stripes that were committed last were not committed at first, for the headers of
 * those to come to say so. Used on the loop's thread only.
 */
final class AttemptWindow {

    /** How far back headers name later attempts: four times the greatest W. */
    private static final int WINDOW = 4 * EngineSettings.MOST_STRIPES_IN_FLIGHT;

    private final Deque<LaterAttempt> attempts = new ArrayDeque<>();

    /** What was committed before, as far as headers must go on to name it. */
    void adopt(long committedThrough, SortedMap<Long, Integer> adopted) {
        adopted.tailMap(committedThrough - WINDOW + 1)
                .forEach((seq, attempt) -> attempts.addLast(new LaterAttempt(seq, attempt)));
    }

    /** The next stripe of the log is committed, by this attempt. */
    void committed(long seq, int attempt) {
        if (attempt > 0) {
            attempts.addLast(new LaterAttempt(seq, attempt));
        }
        while (!attempts.isEmpty() && attempts.getFirst().seq() <= seq - WINDOW) {
            attempts.removeFirst();
        }
    }

    /** What a header that is sealed now says of them. */
    List<LaterAttempt> toSay() {
        return List.copyOf(attempts);
    }
}
