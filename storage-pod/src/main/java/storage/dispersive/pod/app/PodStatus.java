package storage.dispersive.pod.app;

import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;

/** What health and metrics say of the pod. Safe for use by many threads. */
@Singleton
final class PodStatus {

    private volatile PodCondition condition = new PodCondition.Opening();
    private volatile long freeBytes;
    private volatile BooleanSupplier ways = () -> true;

    /** What to ask whether others can reach the pod. */
    void reachedThrough(BooleanSupplier way) {
        ways = way;
    }

    boolean isReachable() {
        return ways.getAsBoolean();
    }

    PodCondition condition() {
        return condition;
    }

    synchronized void enter(PodCondition next) {
        condition = next;
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
