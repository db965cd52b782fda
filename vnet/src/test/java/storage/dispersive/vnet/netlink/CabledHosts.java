package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.UserId;

/**
 * Two hosts for each test, namespaces both, that are joined by a cable; .1 is left and .2 is right.
 * Without root the test is skipped; a build with CI=true must not skip.
 */
public final class CabledHosts implements BeforeEachCallback, AfterEachCallback {

    private @Nullable NetworkNamespace left;
    private @Nullable NetworkNamespace right;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make network namespaces");
        }
        left = NetworkNamespace.create();
        right = NetworkNamespace.create();
        left().call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                links.createVeth("cable", "cable", right());
            }
            return address(1);
        });
        right().call(() -> address(2));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (left != null) {
            left.close();
        }
        if (right != null) {
            right.close();
        }
    }

    public NetworkNamespace left() {
        return joined(left);
    }

    public NetworkNamespace right() {
        return joined(right);
    }

    /** The names of all links of a host. */
    public static List<String> linksOf(NetworkNamespace host) throws IOException {
        return host.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                return links.all().stream().map(Link::name).toList();
            }
        });
    }

    private static NetworkNamespace joined(@Nullable NetworkNamespace host) {
        if (host == null) {
            throw new IllegalStateException("hosts are there while a test runs");
        }
        return host;
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
}
