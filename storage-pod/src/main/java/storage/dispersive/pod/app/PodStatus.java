package storage.dispersive.pod.app;

import jakarta.inject.Singleton;

/** What health and metrics say of the pod. Written by one thread at a time, read by any. */
@Singleton
final class PodStatus {

    private volatile PodCondition condition = new PodCondition.Opening();
    private volatile long freeBytes;

    PodCondition condition() {
        return condition;
    }

    void enter(PodCondition next) {
        condition = next;
    }

    /** Bytes that stripes may still take, when last asked. */
    long freeBytes() {
        return freeBytes;
    }

    void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }
}
