package storage.dispersive.pod.app;

import storage.dispersive.loop.EventLoop;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Asks the store now and then how it is, so that a failure shows also when nobody writes. */
record StoreWatch(EventLoop loop, PortionStore store, PodStatus status) {

    private static final long EVERY_MILLIS = 1_000;

    /** No volume has it; the answer holds what concerns the whole store. */
    private static final VolumeId NONE = new VolumeId(0, 0);

    void begin() {
        loop.execute(this::look);
    }

    private void look() {
        store.handle(new PodRequest.Describe(NONE), this::note);
        if (status.condition() instanceof PodCondition.Serving) {
            var _ = loop.schedule(EVERY_MILLIS, this::look);
        }
    }

    private void note(PodReply reply) {
        if (reply instanceof PodReply.Description description) {
            status.setFreeBytes(description.freeBytes());
        } else if (reply instanceof PodReply.Refused refused
                && refused.refusal() == Refusal.STORE_CLOSED) {
            status.storeClosed(refused.detail());
        }
    }
}
