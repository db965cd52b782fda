package storage.dispersive.operator.founding;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import storage.dispersive.operator.founding.FoundingRecord.Snapshot;
import storage.dispersive.operator.founding.FoundingRecord.Written;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/**
 * What an attempt does next, and how it goes on with what it hears. Whoever runs it does this one
 * step, so a model may pause an attempt, or end it, between any two messages.
 */
sealed interface FoundingStep {

    record Read(Function<Optional<Snapshot>, FoundingStep> then) implements FoundingStep {}

    record Write(Snapshot expected, Founding next, Function<Written, FoundingStep> then)
            implements FoundingStep {}

    /** One answer has to come for each question. */
    record Ask(
            Map<PodName, PodRequest> questions,
            Function<Map<PodName, PodAnswer>, FoundingStep> then)
            implements FoundingStep {}

    record Ended(FoundingOutcome outcome) implements FoundingStep {}
}
