package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * What main processes ask of the sidecar, and what is done about it. Hears them on their own
 * threads; all else is on the state thread.
 */
final class LocalRequests implements LocalPeer.Ears {

    private static final Logger LOG = LoggerFactory.getLogger(LocalRequests.class);

    private static final CompletableFuture<?> DEALT_WITH = CompletableFuture.completedFuture(null);

    private final StateThread state;
    private final MachineRoom room;
    private final NodeEnd node;
    private final StorageEnd storage;
    private final Endings endings;

    LocalRequests(StateThread state, MachineRoom room, NodeEnd node, StorageEnd storage) {
        this.state = state;
        this.room = room;
        this.node = node;
        this.storage = storage;
        this.endings = new Endings(state, room);
    }

    @Override
    public void heard(
            LocalPeer peer, LocalMessage message, Optional<Descriptor> passed, Runnable done) {
        state.execute(() -> {
            CompletableFuture<?> dealt = DEALT_WITH;
            try {
                dealt = answer(peer, message, passed);
            } finally {
                passed.ifPresent(Descriptor::close);
                var _ = dealt.whenComplete((result, failure) -> done.run());
            }
        });
    }

    @Override
    public void left(LocalPeer peer) {
        state.execute(() -> {
            storage.left(peer);
            endings.addAllOf(peer);
        });
    }

    /** What asks others is dealt with when the future completes. */
    private CompletableFuture<?> answer(
            LocalPeer peer, LocalMessage message, Optional<Descriptor> passed) {
        switch (message) {
            case LocalMessage.Open open -> {
                return node.open(peer, open);
            }
            case LocalMessage.Limit limit -> {
                return node.limit(peer, limit);
            }
            case LocalMessage.Serve serve -> storage.serve(peer, serve);
            case LocalMessage.Keep keep -> keep(peer, keep, passed);
            case LocalMessage.Close close -> close(peer, close);
            case LocalMessage.Survey survey -> survey(peer, survey);
            case LocalMessage.Done taken -> storage.taken(peer, taken.number());
            case LocalMessage.Failed failed -> storage.decline(peer, failed.number(), failed.why());
            case LocalMessage.Welcome _,
                    LocalMessage.Opened _,
                    LocalMessage.Offer _,
                    LocalMessage.Ended _,
                    LocalMessage.Sight _ ->
                    peer.drop("says what only a sidecar says, and is dropped");
        }
        return DEALT_WITH;
    }

    private void keep(LocalPeer peer, LocalMessage.Keep keep, Optional<Descriptor> passed) {
        if (passed.isEmpty()) {
            peer.refuse(keep.number(), "no socket came with it");
            return;
        }
        try {
            room.adopt(keep.machine(), passed.get(), peer);
            peer.send(new LocalMessage.Done(keep.number()));
        } catch (IOException | RefusedException e) {
            peer.refuse(keep.number(), "not found again: " + e.getMessage());
        }
    }

    private void close(LocalPeer peer, LocalMessage.Close close) {
        // The other end hears of the connection's end through the link, so it stays a while.
        room.find(close.lease(), peer).ifPresent(endings::add);
        peer.send(new LocalMessage.Done(close.number()));
    }

    private void survey(LocalPeer peer, LocalMessage.Survey survey) {
        long now = room.nanoTime();
        for (Tenant tenant : room.all()) {
            try {
                peer.send(
                        new LocalMessage.Sight(
                                survey.number(),
                                tenant.machine(),
                                TimeUnit.NANOSECONDS.toMillis(tenant.ageNanos(now)),
                                tenant.kernel().counters()));
            } catch (IOException e) {
                LOG.debug("a machine is ending: {}", e.getMessage());
            }
        }
        peer.send(new LocalMessage.Done(survey.number()));
    }
}
