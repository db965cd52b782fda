package storage.dispersive.cli.state;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One storage pod of a local SAN.
 *
 * @param store the directory of its portions, absolute
 * @param port on the loopback address, for portions
 * @param healthPort on the loopback address, for health and metrics over HTTP
 */
public record PodRecord(String name, String store, int port, int healthPort) {

    /** Pods of a local SAN listen here alone. */
    public static final String HOST = "127.0.0.1";

    private static final Pattern NAME = Pattern.compile("pod-\\d{1,4}");

    public PodRecord {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no pod's name");
        }
        if (!Path.of(store).isAbsolute()) {
            throw new IllegalArgumentException("the store of " + name + " has no absolute path");
        }
        if (port < 1 || port > 0xffff || healthPort < 1 || healthPort > 0xffff) {
            throw new IllegalArgumentException(name + " has no valid ports");
        }
    }

    public Path storeDirectory() {
        return Path.of(store);
    }

    /** Where portions are served. */
    public String address() {
        return HOST + ":" + port;
    }

    /** Where health and metrics are served. */
    public String healthAddress() {
        return HOST + ":" + healthPort;
    }
}
