package storage.dispersive.vnet.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.wire.PodName;

/**
 * What a main process tells each sidecar that greets it: of which machines it has sockets, and then
 * which storage pod it is, so that no machine is offered before those that stand are known.
 */
record Introduction(MainProcess main, Optional<PodName> serves) {

    private static final Logger LOG = LoggerFactory.getLogger(Introduction.class);

    void tell(Questions sidecar) {
        for (Held held : main.held()) {
            try (Descriptor kept = held.socket()) {
                var _ =
                        sidecar.ask(
                                        number -> new LocalMessage.Keep(number, held.machine()),
                                        Optional.of(kept))
                                .whenComplete((answer, failure) -> kept(held, answer, failure));
            }
        }
        serves.ifPresent(pod -> serve(pod, sidecar));
    }

    private static void kept(
            Held held, Questions.@Nullable Answer answer, @Nullable Throwable failure) {
        if (answer == null || !(answer.message() instanceof LocalMessage.Done)) {
            LOG.warn(
                    "the sidecar does not find the machine of lease {} again: {}",
                    held.machine().lease().id(),
                    answer == null ? String.valueOf(failure) : answer.message());
        }
    }

    private static void serve(PodName pod, Questions sidecar) {
        var _ =
                sidecar.done(number -> new LocalMessage.Serve(number, pod))
                        .exceptionally(e -> {
                            LOG.error("the sidecar does not serve this pod: {}", e.getMessage());
                            return null;
                        });
    }
}
