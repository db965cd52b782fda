package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.netlink.NetworkLinks;

/**
 * The cables between the hosts of an isolated SAN and the bridge of a path: pulled out at the
 * bridge, where no host does it.
 *
 * @param bridges the namespace that they are in
 */
record Cables(Path bridges, int path) {

    void unplug(Collection<String> hosts) throws IOException {
        for (String host : hosts) {
            at(host, (links, port) -> links.bringDown(port));
        }
    }

    void plugIn(Collection<String> hosts) throws IOException {
        for (String host : hosts) {
            at(host, (links, port) -> links.bringUp(port));
        }
    }

    private interface Change {
        void make(NetworkLinks links, int port) throws IOException;
    }

    private void at(String host, Change change) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.open(bridges)) {
            namespace.call(() -> {
                try (NetworkLinks links = NetworkLinks.open()) {
                    change.make(links, links.get(host + "-" + path).index());
                }
                return true;
            });
        }
    }
}
