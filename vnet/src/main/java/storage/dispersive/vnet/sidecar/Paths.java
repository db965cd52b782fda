package storage.dispersive.vnet.sidecar;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.Machine;

/**
 * The underlay networks of this host, by name, and its address in each. Both ends of a link use the
 * network of the same name. Immutable.
 */
final class Paths {

    /** As many as a host has network cards that are worth it. */
    static final int MAX_PATHS = 8;

    private final Map<String, InetAddress> addresses;

    Paths(Map<String, InetAddress> addresses) {
        if (addresses.isEmpty() || addresses.size() > MAX_PATHS) {
            throw new IllegalArgumentException("a host has 1 to " + MAX_PATHS + " paths");
        }
        addresses.keySet().forEach(Machine::requirePath);
        this.addresses = new LinkedHashMap<>(addresses);
    }

    List<String> names() {
        return List.copyOf(addresses.keySet());
    }

    /** This host's address in a network. */
    InetAddress address(String path) throws RefusedException {
        InetAddress address = addresses.get(path);
        if (address == null) {
            throw new RefusedException(
                    Reason.NO_SUCH_PATH,
                    "there is no path '" + path + "' here, only " + String.join(", ", names()));
        }
        return address;
    }

    /** The same, if a peer at {@code other} can be reached from it. */
    InetAddress address(String path, InetAddress other) throws RefusedException {
        InetAddress address = address(path);
        if (address.getClass() != other.getClass()) {
            throw new RefusedException(
                    Reason.NO_SUCH_PATH,
                    "path '"
                            + path
                            + "' is "
                            + address.getHostAddress()
                            + " here and "
                            + other.getHostAddress()
                            + " there, which are of different families");
        }
        return address;
    }

    boolean has(Class<? extends InetAddress> family) {
        return addresses.values().stream().anyMatch(family::isInstance);
    }
}
