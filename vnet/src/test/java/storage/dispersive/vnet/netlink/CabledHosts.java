package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.net.InetAddress;
import storage.dispersive.linux.NetworkNamespace;

/** Two hosts, namespaces both, that are joined by a cable; .1 is left and .2 is right. */
public record CabledHosts(NetworkNamespace left, NetworkNamespace right) implements AutoCloseable {

    public static CabledHosts join() throws IOException {
        NetworkNamespace left = NetworkNamespace.create();
        NetworkNamespace right = NetworkNamespace.create();
        left.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                links.createVeth("cable", "cable", right);
            }
            return address(1);
        });
        right.call(() -> address(2));
        return new CabledHosts(left, right);
    }

    private static Link address(int end) throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            Link link = links.get("cable");
            links.addAddress(link.index(), InetAddress.getByName("198.18.0." + end), 24);
            links.addAddress(link.index(), InetAddress.getByName("fd00::" + end), 64);
            links.bringUp(link.index());
            return link;
        }
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
