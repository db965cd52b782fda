package storage.dispersive.transport;

import io.netty.channel.Channel;

/**
 * Finds out who is at the other end. Installs handlers that fire a {@link PeerKnown} up the
 * pipeline once, before any byte of the peer's; or the channel fails.
 */
public interface Handshake {

    void asServer(Channel channel);

    void asClient(Channel channel);

    /** The event. */
    record PeerKnown(PeerIdentity peer) {}
}
