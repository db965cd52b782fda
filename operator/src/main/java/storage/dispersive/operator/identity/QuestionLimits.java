package storage.dispersive.operator.identity;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** How often who may ask. Safe for use by many threads. */
final class QuestionLimits {

    private final RateLimit ofAll;
    private final RateLimit ofAddress;
    private final RateLimit ofPod;
    private final RateLimit ofEngine;
    private final RateLimit ofVolume;

    QuestionLimits(Clock clock) {
        // A thousand pods that come up at once are served in half a minute.
        this.ofAll = new RateLimit(Duration.ofMillis(20), 500, clock);
        // Addresses may be those of nodes, with many pods behind each.
        this.ofAddress = new RateLimit(Duration.ofMillis(100), 200, clock);
        // Two processes, which ask each minute at most when they are refused.
        this.ofPod = new RateLimit(Duration.ofSeconds(10), 12, clock);
        // All volumes of a node, when its engine starts, and once more when it is replaced.
        this.ofEngine = new RateLimit(Duration.ofMillis(200), 300, clock);
        this.ofVolume = new RateLimit(Duration.ofSeconds(10), 12, clock);
    }

    /** Before anything is known but the address. */
    void take(String address) throws RefusedException {
        take(ofAddress, address);
        take(ofAll, "");
    }

    /** Each volume of a pod has a limit of its own; all of them have one together. */
    void take(Caller caller, Wanted wanted) throws RefusedException {
        switch (wanted) {
            case Wanted.Own _ -> take(ofPod, caller.uid());
            case Wanted.Volume volume -> {
                take(ofEngine, caller.uid());
                take(ofVolume, caller.uid() + "/" + volume.name());
            }
        }
    }

    private static void take(RateLimit limit, String key) throws RefusedException {
        Optional<Duration> wait = limit.take(key);
        if (wait.isPresent()) {
            throw RefusedException.tooMany(wait.get());
        }
    }
}
