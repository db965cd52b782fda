package storage.dispersive.cli.engine;

import storage.dispersive.wire.Refusal;

/** A pod did not do what it was asked: it refused, or could not be reached. */
public final class PodCallException extends Exception {

    private static final long serialVersionUID = 1;

    PodCallException(String why) {
        super(why);
    }

    PodCallException(Refusal refusal, String detail) {
        super(detail.isEmpty() ? refusal.name() : refusal.name() + ": " + detail);
    }
}
