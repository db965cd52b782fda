package storage.dispersive.operator.founding;

import storage.dispersive.wire.PodReply;

/** What came of a question to one pod. */
sealed interface PodAnswer {

    /** The pod said this, which may be a refusal. */
    record Replied(PodReply reply) implements PodAnswer {}

    /** The pod was not reached, or was lost; it may have done what it was asked all the same. */
    record Silent(String why) implements PodAnswer {}

    /** Why this is not the reply that was wanted, for people. */
    default String complaint() {
        return switch (this) {
            case Silent(String why) -> why;
            case Replied(PodReply.Refused refused) -> "refused: " + refused.detail();
            case Replied _ -> "it answered something else";
        };
    }
}
