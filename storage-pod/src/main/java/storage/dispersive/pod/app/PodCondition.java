package storage.dispersive.pod.app;

/** How far the pod is, from its start to its end. */
sealed interface PodCondition {

    /** There is no identity yet; why not, if it takes more than one question. */
    record Enrolling(String cause) implements PodCondition {}

    /** The store is being read, or founded. */
    record Opening() implements PodCondition {}

    /** Requests are answered. */
    record Serving() implements PodCondition {}

    /** The store met an error of its disk and refuses everything until the pod is restarted. */
    record StoreClosed(String cause) implements PodCondition {}

    /** What is under way ends; nothing new is taken. */
    record Ending() implements PodCondition {}
}
