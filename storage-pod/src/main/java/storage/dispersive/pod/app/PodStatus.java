package storage.dispersive.pod.app;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** What health and metrics say of the pod. Safe for use by many threads. */
@Singleton
final class PodStatus {

    private volatile PodCondition condition = new PodCondition.Opening();
    private volatile long freeBytes;
    private final List<Supplier<Optional<String>>> needs = new CopyOnWriteArrayList<>();

    /** Adds what others need to come to the pod; it says what is missing, if something is. */
    void need(Supplier<Optional<String>> need) {
        needs.add(need);
    }

    /** Why nobody comes to the pod, though it serves. */
    Optional<String> obstacle() {
        return needs.stream().flatMap(need -> need.get().stream()).findFirst();
    }

    PodCondition condition() {
        return condition;
    }

    synchronized void enter(PodCondition next) {
        condition = next;
    }

    /** The pod has no identity still; that one is not renewed is told elsewhere. */
    synchronized void enrolmentFailed(String cause) {
        if (condition instanceof PodCondition.Enrolling) {
            condition = new PodCondition.Enrolling(cause);
        }
    }

    /** The store refuses everything; that it does when the pod ends is no failure. */
    synchronized void storeClosed(String cause) {
        if (condition instanceof PodCondition.Serving) {
            condition = new PodCondition.StoreClosed(cause);
        }
    }

    /** Bytes that stripes may still take, when last asked. */
    long freeBytes() {
        return freeBytes;
    }

    void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }
}
