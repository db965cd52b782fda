package storage.dispersive.operator.founding;

import java.util.Map;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

/** Asks pods. */
@FunctionalInterface
interface PodCalls {

    /** Asks each pod its question, all at once, and waits: one answer for each question. */
    Map<PodName, PodAnswer> ask(Map<PodName, PodRequest> questions);
}
