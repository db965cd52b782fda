package storage.dispersive.cli.state;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One storage pod of a local SAN.
 *
 * @param store the directory of its portions, absolute
 * @param host the one address that the pod listens at; null in a record of a program that knew
 *     {@link #LOOPBACK} only
 * @param port for portions
 * @param healthPort for health and metrics over HTTP
 */
public record PodRecord(
        String name, String store, @Nullable String host, int port, int healthPort) {

    /** Pods listen here that share the machine's network. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final Pattern NAME = Pattern.compile("pod-\\d{1,4}");

    public PodRecord {
        host = host == null ? LOOPBACK : host;
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

    @Override
    public String host() {
        return host == null ? LOOPBACK : host;
    }

    /** Where portions are served. */
    public String address() {
        return at(port);
    }

    /** Where health and metrics are served. */
    public String healthAddress() {
        return at(healthPort);
    }

    private String at(int which) {
        String plain = host();
        return (plain.indexOf(':') < 0 ? plain : "[" + plain + "]") + ":" + which;
    }
}
