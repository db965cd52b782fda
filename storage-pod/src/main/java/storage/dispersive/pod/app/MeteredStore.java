package storage.dispersive.pod.app;

import java.util.function.Consumer;
import storage.dispersive.transport.RequestHandler;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Counts what is asked of a store and what it answers, and notes when it has closed itself. */
record MeteredStore(RequestHandler store, StoreMeters meters, PodStatus status)
        implements RequestHandler {

    @Override
    public void handle(PodRequest request, Consumer<PodReply> reply) {
        long appendedBytes =
                request instanceof PodRequest.Append append ? append.portion().readableBytes() : 0;
        store.handle(
                request,
                answer -> {
                    count(request, answer, appendedBytes);
                    reply.accept(answer);
                });
    }

    private void count(PodRequest request, PodReply answer, long appendedBytes) {
        switch (answer) {
            case PodReply.Appended any -> meters.appended(appendedBytes);
            case PodReply.Units units -> meters.read(units.units().readableBytes());
            case PodReply.Refused refused -> refused(refused);
            case PodReply.Fenced any -> {
                if (request instanceof PodRequest.Fence fence) {
                    meters.fenced(fence.volume(), fence.epoch());
                }
            }
            case PodReply.Founded any -> {}
            case PodReply.Headers any -> {}
            case PodReply.Deleted any -> {}
            case PodReply.Forgotten any -> {}
            case PodReply.ShareKept any -> {}
            case PodReply.Share any -> {}
            case PodReply.Description any -> {}
        }
    }

    private void refused(PodReply.Refused refused) {
        meters.refused(refused.refusal());
        if (refused.refusal() == Refusal.STORE_CLOSED) {
            status.storeClosed(refused.detail());
        }
    }
}
