package storage.dispersive.csi.rpc;

import io.grpc.Status;
import io.grpc.StatusException;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;

/** What outcomes are in the words of CSI. Here alone. */
final class Answers {

    private Answers() {}

    /** What was done; thrown, if it was not, is why. */
    static <T> T value(Outcome<T> outcome) throws StatusException {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(Refusal why) -> throw status(why).asException();
        };
    }

    static Status status(Refusal why) {
        return code(why).withDescription(why.text());
    }

    private static Status code(Refusal why) {
        return switch (why) {
            case Refusal.Missing _ -> Status.NOT_FOUND;
            case Refusal.Different _ -> Status.ALREADY_EXISTS;
            case Refusal.Wrong _ -> Status.INVALID_ARGUMENT;
            case Refusal.Hindered _ -> Status.FAILED_PRECONDITION;
            case Refusal.Full _ -> Status.RESOURCE_EXHAUSTED;
            case Refusal.OutOfRange _ -> Status.OUT_OF_RANGE;
            case Refusal.Busy _, Refusal.Stale _ -> Status.ABORTED;
            case Refusal.NotYet _ -> Status.UNAVAILABLE;
            case Refusal.Failed _ -> Status.INTERNAL;
        };
    }
}
