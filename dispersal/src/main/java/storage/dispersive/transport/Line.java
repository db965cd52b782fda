package storage.dispersive.transport;

import io.netty.channel.Channel;
import java.util.Optional;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodName;

/**
 * A way to a pod on which nothing has been said yet.
 *
 * @param channel connected and registered with the connector's loop, without handlers of ours
 * @param pod who is at the other end, if it is the one that was meant
 * @param identity what this side shows on it
 * @param lease what the connection is for, if it goes through a virtual network machine; the pod
 *     then has to show that it has the same
 */
public record Line(Channel channel, PodName pod, TlsIdentity identity, Optional<Lease> lease) {

    /** Who has to be at the other end. */
    PeerIdentity peer() {
        return lease.<PeerIdentity>map(it -> new PeerIdentity.LeasedPod(pod, it.id()))
                .orElseGet(() -> new PeerIdentity.Pod(pod));
    }
}
