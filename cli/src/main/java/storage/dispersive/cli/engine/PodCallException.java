package storage.dispersive.cli.engine;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.wire.Refusal;

/** A pod did not do what it was asked: it refused, or could not be reached. */
final class PodCallException extends Exception {

    private static final long serialVersionUID = 1;

    private final @Nullable Refusal refusal;

    PodCallException(String why) {
        super(why);
        this.refusal = null;
    }

    PodCallException(Refusal refusal, String detail) {
        super(detail.isEmpty() ? refusal.name() : refusal.name() + ": " + detail);
        this.refusal = refusal;
    }

    /** Empty when the pod did not answer at all. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}
