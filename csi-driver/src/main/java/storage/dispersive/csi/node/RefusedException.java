package storage.dispersive.csi.node;

import java.util.Objects;
import java.util.function.Supplier;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.mounter.MounterException;

/** Ends a call of a node's volumes with a refusal, from wherever in it that turns out. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal why;

    RefusedException(Refusal why) {
        super(why.text());
        this.why = why;
    }

    RefusedException(Refusal why, Throwable cause) {
        super(why.text(), cause);
        this.why = why;
    }

    static RefusedException of(MounterException e) {
        String text = Objects.requireNonNullElse(e.getMessage(), "the mounter does not do it");
        return new RefusedException(
                switch (e.reason()) {
                    case REFUSED -> new Refusal.Hindered(text);
                    case BUSY -> new Refusal.Busy(text);
                    case FAILED -> new Refusal.Failed(text);
                    case UNREACHABLE, TIMED_OUT -> new Refusal.NotYet(text);
                },
                e);
    }

    Refusal why() {
        return why;
    }

    static Refusal failed(String text) {
        return new Refusal.Failed(text);
    }

    /** What an outcome has; ends the call if that is a refusal. */
    static <T> T unlessRefused(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(Refusal why) -> throw new RefusedException(why);
        };
    }

    /** What a call came to. */
    static <T> Outcome<T> outcome(Supplier<T> call) {
        try {
            return Outcome.done(call.get());
        } catch (RefusedException e) {
            return Outcome.refused(e.why);
        }
    }
}
