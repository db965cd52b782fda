package storage.dispersive.cli.state;

import storage.dispersive.engine.Isolation;

/**
 * The network of a local SAN.
 *
 * @param isolation isolated only if there are hosts
 * @param paths networks that each host is connected to, 1 to {@value #MAX_PATHS}; 1 unless isolated
 */
public record NetworkRecord(Isolation isolation, Underlay underlay, int paths) {

    public static final int MAX_PATHS = 4;

    /** Plain programs of this machine: what there is without privileges. */
    public static final NetworkRecord LOOPBACK =
            new NetworkRecord(Isolation.SHARED, Underlay.LOOPBACK, 1);

    public NetworkRecord {
        if (paths < 1 || paths > MAX_PATHS) {
            throw new IllegalArgumentException("1 to " + MAX_PATHS + " paths, not " + paths);
        }
        if (isolation == Isolation.ISOLATED && underlay == Underlay.LOOPBACK) {
            throw new IllegalArgumentException("machines are between hosts, not over loopback");
        }
        if (isolation == Isolation.SHARED && paths != 1) {
            throw new IllegalArgumentException("plain sockets use one path, not " + paths);
        }
    }

    /** Whether the client and each pod have a network of their own. */
    public boolean hasHosts() {
        return underlay != Underlay.LOOPBACK;
    }

    /** Of the addresses of its hosts. */
    public AddressFamily family() {
        return switch (underlay) {
            case LOOPBACK -> throw new IllegalStateException("there are no hosts over loopback");
            case IPV4 -> AddressFamily.IPV4;
            case IPV6 -> AddressFamily.IPV6;
        };
    }

    @Override
    public String toString() {
        String text = "isolation " + isolation + ", underlay " + underlay;
        return switch (isolation) {
            case SHARED -> text;
            case ISOLATED -> text + ", " + (paths == 1 ? "1 path" : paths + " paths");
        };
    }
}
