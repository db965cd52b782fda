package storage.dispersive.vnet.netlink;

import org.junit.jupiter.api.Assumptions;
import storage.dispersive.linux.UserId;

/** Skips what makes network namespaces; a build with CI=true must not skip. */
public final class RootRequired {

    private RootRequired() {}

    public static void check() {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make network namespaces");
        }
    }
}
