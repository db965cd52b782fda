package storage.dispersive.operator.founding;

import java.security.SecureRandom;
import java.util.UUID;
import storage.dispersive.portion.VolumeId;

/**
 * Founds volumes, so that any number of operators may try at once, be paused and die: {@code
 * docs/founding.md}. Blocks; safe for many threads.
 */
public final class VolumeFounding {

    private final PodCalls pods;
    private final SecureRandom random = new SecureRandom();

    public VolumeFounding(StoragePods pods) {
        this((PodCalls) pods);
    }

    VolumeFounding(PodCalls pods) {
        this.pods = pods;
    }

    /**
     * Tries once, for at most about a minute. What the record throws is thrown; then it is not
     * known what is recorded, and another attempt, which reads it, is always right.
     */
    public FoundingOutcome attempt(VolumeToFound wanted, FoundingRecord record) {
        VolumeId fresh = VolumeId.of(UUID.randomUUID());
        FoundingStep step = new FoundingAttempt(wanted, fresh, random, FoundingRule.all()).begin();
        while (true) {
            switch (step) {
                case FoundingStep.Read(var then) -> step = then.apply(record.read());
                case FoundingStep.Write(var expected, var next, var then) ->
                        step = then.apply(record.compareAndSet(expected, next));
                case FoundingStep.Ask(var questions, var then) ->
                        step = then.apply(pods.ask(questions));
                case FoundingStep.Ended(var outcome) -> {
                    return outcome;
                }
            }
        }
    }
}
