package storage.dispersive.vnet.machine;

import java.io.IOException;
import java.net.InetAddress;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.netlink.Route;

/** The network in which machines' packets travel, as one host sees it. */
public final class Underlay {

    private Underlay() {}

    /**
     * What packets inside of a machine may have whose peer is reached at an address: what the way
     * there carries now, less what the link adds. The other end has an opinion of its own, and the
     * smaller one counts.
     *
     * @param host the links of the namespace in which the packets travel
     * @throws LinuxException ENETUNREACH if there is no way
     */
    public static int mtuInside(NetworkLinks host, InetAddress peer) throws IOException {
        Route route = host.route(peer);
        int outside =
                route.mtuBytes().isPresent()
                        ? route.mtuBytes().get()
                        : host.get(route.linkIndex()).mtuBytes();
        return MachineSpec.mtuInside(peer, outside);
    }
}
