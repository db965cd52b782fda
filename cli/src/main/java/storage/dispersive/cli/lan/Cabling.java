package storage.dispersive.cli.lan;

import java.io.IOException;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.NetworkLinks;

/**
 * Bridges in a namespace of their own, and a cable from each of them to every host. Every step
 * finds what is there already, so all of it can be done again at any time. For one thread.
 */
final class Cabling {

    private static final String LOOPBACK = "lo";

    private final NetworkNamespace switches;
    private final int paths;

    Cabling(NetworkNamespace switches, int paths) {
        this.switches = switches;
        this.paths = paths;
    }

    void makeBridges() throws IOException {
        inside(
                switches,
                links -> {
                    for (int path = 0; path < paths; path++) {
                        if (links.find(Lan.pathName(path)).isEmpty()) {
                            links.createBridge(Lan.pathName(path));
                        }
                        bringUpQuietly(links, links.get(Lan.pathName(path)));
                    }
                });
    }

    void connect(String name, NetworkNamespace host) throws IOException {
        for (int path = 0; path < paths; path++) {
            plug(name + "-" + path, Lan.pathName(path), host);
        }
        inside(
                host,
                links -> {
                    links.bringUp(links.get(LOOPBACK).index());
                    for (int path = 0; path < paths; path++) {
                        Link cable = links.get(Lan.pathName(path));
                        HostAddress address = HostAddress.of(name, path);
                        bringUpQuietly(links, cable);
                        for (AddressFamily family : AddressFamily.values()) {
                            addAddress(links, cable, address, family);
                        }
                    }
                });
    }

    private void plug(String port, String bridge, NetworkNamespace host) throws IOException {
        boolean isAtHost = find(host, bridge);
        if (isAtHost && !find(switches, port)) {
            // The other end is nowhere that anybody finds again.
            inside(host, links -> links.delete(links.get(bridge).index()));
            isAtHost = false;
        }
        boolean isWhole = isAtHost;
        inside(
                switches,
                links -> {
                    if (!isWhole) {
                        if (links.find(port).isPresent()) {
                            links.delete(links.get(port).index());
                        }
                        links.createVeth(port, bridge, host);
                    }
                    Link made = links.get(port);
                    links.setMaster(made.index(), links.get(bridge).index());
                    bringUpQuietly(links, made);
                });
    }

    /** With the addresses that it is given, and none of the kernel's. */
    private static void bringUpQuietly(NetworkLinks links, Link link) throws IOException {
        if (!link.up()) {
            links.leaveWithoutIpv6Addresses(link.index());
            links.bringUp(link.index());
        }
    }

    private static void addAddress(
            NetworkLinks links, Link cable, HostAddress address, AddressFamily family)
            throws IOException {
        try {
            links.addAddress(cable.index(), address.in(family), HostAddress.prefixBits(family));
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private static boolean find(NetworkNamespace where, String name) throws IOException {
        return where.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                return links.find(name).isPresent();
            }
        });
    }

    private interface Change {
        void make(NetworkLinks links) throws IOException;
    }

    private static void inside(NetworkNamespace where, Change change) throws IOException {
        where.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                change.make(links);
            }
            return true;
        });
    }
}
