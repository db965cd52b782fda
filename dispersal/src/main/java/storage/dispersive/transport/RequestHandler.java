package storage.dispersive.transport;

import java.util.function.Consumer;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** What a pod does about a request that its sender may make. Called on the loop, must not block. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Takes over the request's buffers and answers once, at any time, from any thread. The reply's
     * buffers are handed over with it.
     */
    void handle(PodRequest request, Consumer<PodReply> answer);
}
