package storage.dispersive.csi.node;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.mounter.MounterException.Reason;

/** What goes wrong in a trial: at most one thing at a time. One thread at a time. */
final class Mishaps {

    private @Nullable Mishap planned;
    private int stepsBefore;
    private int steps;

    /** The driver's process is gone, in the middle of a call. */
    static final class DriverDied extends Error {
        private static final long serialVersionUID = 1L;

        DriverDied() {
            super("the driver died", null, false, false);
        }
    }

    /** Before or after whatever the driver asks for is done. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** Something that goes wrong at one of the driver's questions. */
    sealed interface Mishap {

        Moment moment();

        /** The driver dies, and whom it asked does not. */
        record Death(Moment moment) implements Mishap {}

        /** Whom it asked fails, or its answer is lost. */
        record Failure(Moment moment, Reason reason) implements Mishap {}
    }

    /** A question that may fail. */
    @FunctionalInterface
    interface Step<T, E extends Exception> {
        T take() throws E;
    }

    /** After so many more questions. */
    void plan(Mishap mishap, int after) {
        planned = mishap;
        stepsBefore = after;
    }

    /** Nothing goes wrong from now on. */
    void none() {
        planned = null;
    }

    /** How many questions were asked. */
    int steps() {
        return steps;
    }

    <T, E extends Exception> T step(Step<T, E> step, Function<Reason, E> failure) throws E {
        steps++;
        Mishap now = planned;
        if (now == null || stepsBefore-- > 0) {
            return step.take();
        }
        planned = null;
        if (now.moment() == Moment.AFTER) {
            var _ = step.take();
        }
        if (now instanceof Mishap.Failure failed) {
            throw failure.apply(failed.reason());
        }
        throw new DriverDied();
    }

    /** A question to the cluster, which does not answer if something goes wrong. */
    <T> Outcome<T> outcome(Supplier<Outcome<T>> step) {
        try {
            return step(step::get, reason -> new NoAnswer());
        } catch (NoAnswer e) {
            return Outcome.refused(new Refusal.NotYet("the cluster does not answer"));
        }
    }

    private static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
