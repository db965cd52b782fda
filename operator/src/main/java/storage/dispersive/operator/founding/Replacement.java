package storage.dispersive.operator.founding;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import storage.dispersive.operator.founding.FoundingRecord.Snapshot;
import storage.dispersive.operator.founding.FoundingStep.Read;
import storage.dispersive.operator.founding.FoundingStep.Write;

/**
 * Replaces what is recorded of a founding, as steps. Compares founding and not only versions, so
 * that others may write the rest of the status meanwhile.
 *
 * @param from what may be replaced
 * @param to contains an id that nobody else writes
 * @param done how to go on when {@code to} is recorded
 * @param untouched how to go on when something else is recorded, and nothing was sent
 * @param unclear how to go on when something was sent, and {@code to} was not seen. That the record
 *     said CHANGED does not show that nothing was written: a client that heard nothing sends again.
 */
record Replacement(
        Predicate<Founding> from,
        Founding to,
        Supplier<FoundingStep> done,
        Supplier<FoundingStep> untouched,
        Supplier<FoundingStep> unclear) {

    /** Whoever else writes the resource changes its version, mostly without touching founding. */
    private static final int MOST_WRITES = 5;

    FoundingStep begin() {
        return afterWrites(0);
    }

    private FoundingStep afterWrites(int writes) {
        return new Read(recorded -> {
            Optional<Founding> is = recorded.map(Snapshot::founding);
            if (is.filter(to::equals).isPresent()) {
                return done.get();
            }
            if (recorded.isEmpty() || is.filter(from).isEmpty() || writes == MOST_WRITES) {
                return writes == 0 ? untouched.get() : unclear.get();
            }
            return write(recorded.get(), writes + 1);
        });
    }

    private FoundingStep write(Snapshot recorded, int writes) {
        return new Write(
                recorded,
                to,
                written ->
                        switch (written) {
                            case DONE -> done.get();
                            case CHANGED -> afterWrites(writes);
                        });
    }
}
