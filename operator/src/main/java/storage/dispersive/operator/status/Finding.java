package storage.dispersive.operator.status;

import java.util.Optional;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.Isolation;

/**
 * One condition as it is found now; since when is up to {@link ConditionHistory}.
 *
 * @param reason one word for programs
 * @param message for people: why, and what to do
 */
record Finding(Aspect type, Truth status, String reason, String message) {

    private static final int MAX_MESSAGE_CHARS = 4096;

    Finding {
        if (message.length() > MAX_MESSAGE_CHARS) {
            message = message.substring(0, MAX_MESSAGE_CHARS - 1) + "…";
        }
    }

    static Finding holds(Aspect type, String reason, String message) {
        return new Finding(type, Truth.TRUE, reason, message);
    }

    static Finding fails(Aspect type, String reason, String message) {
        return new Finding(type, Truth.FALSE, reason, message);
    }

    static Finding unknown(Aspect type, String reason, String message) {
        return new Finding(type, Truth.UNKNOWN, reason, message);
    }

    /** Whether something is being done, of a resource that storage pods are there for. */
    static Finding progressing(
            Optional<Hindrance> hindrance, Optional<String> roll, Growth growth) {
        if (hindrance.isPresent()) {
            return hindrance.get().progressing();
        }
        if (roll.isPresent()) {
            return holds(Aspect.PROGRESSING, "Rolling", roll.get());
        }
        return growth.state() == Growth.State.GROWING
                ? holds(Aspect.PROGRESSING, "Growing", growth.message())
                : fails(Aspect.PROGRESSING, "Done", "it is as it should be");
    }

    static Finding isolated(Isolation isolation) {
        return switch (isolation) {
            case ISOLATED ->
                    holds(
                            Aspect.ISOLATED,
                            "Isolated",
                            "each connection has a virtual network machine at both ends");
            case SHARED ->
                    fails(
                            Aspect.ISOLATED,
                            "SharedWasAskedFor",
                            "connections are plain sockets on the network of pods");
        };
    }

    Condition since(String time, long generation) {
        return new Condition(type.word(), status, generation, time, reason, message);
    }
}
