package storage.dispersive.cli.state;

import java.util.Locale;

/** Over what the parts of a local SAN reach each other. */
public enum Underlay {
    /** All are programs of this machine and meet at 127.0.0.1; there are no hosts. */
    LOOPBACK,
    /** The client and each pod are hosts on a LAN of their own, with IPv4 addresses; needs root. */
    IPV4,
    /** As above, with IPv6 addresses. */
    IPV6;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
