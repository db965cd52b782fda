package storage.dispersive.vnet.sidecar;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.linux.UserId;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.vnet.machine.PortRange;
import storage.dispersive.wire.PodName;

/**
 * The settings of a sidecar, each within its range.
 *
 * @param name of the host, as it stands in the certificate; of a storage pod's sidecar the pod's
 * @param socket where main processes find it
 * @param users who may connect there, besides root and the sidecar's own user
 * @param keeper where it holds descriptors for processes of its own user and of root
 * @param controls where other sidecars find it; empty where no storage pod is
 * @param ports the UDP ports of machines
 * @param identity where its certificate comes from
 */
record SidecarSettings(
        PodName name,
        Path socket,
        Set<UserId> users,
        Optional<Path> keeper,
        List<InetSocketAddress> controls,
        PortRange ports,
        Paths paths,
        IdentitySource identity) {

    static final String USAGE =
            """
            usage: SidecarMain KEY=VALUE...
              name=NAME            of this host: of the storage pod beside it, or of the node
              socket=FILE          the Unix socket for the processes beside it
              user=UID             who may connect there too (repeatable)
              keeper=FILE          a Unix socket at which it holds descriptors
              control=ADDRESS:PORT where other sidecars find it (repeatable); not on a node
              ports=FIRST-LAST     UDP ports of machines
              path=NAME:ADDRESS    an underlay network, and the address here (repeatable)
              authority=FILE       the certificates of those that it trusts, PEM
              certificate=FILE key=FILE          who it is, PEM; the key is PKCS#8
              enrol=URI token=FILE state=DIR     or who gives it a certificate, what shows that
                                   service who asks, and where key and certificate are kept
            """;

    private static final List<String> KEYS =
            List.of(
                    "name",
                    "socket",
                    "user",
                    "keeper",
                    "control",
                    "ports",
                    "path",
                    "certificate",
                    "key",
                    "authority",
                    "enrol",
                    "token",
                    "state");

    /** Where a sidecar's certificate comes from. */
    sealed interface IdentitySource {}

    /** PEM files, read once. */
    record TlsFiles(Path certificate, Path key, Path authority) implements IdentitySource {}

    /** An identity service, which is asked again in time. */
    record Enrolled(EnrolmentSettings settings) implements IdentitySource {}

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException with a sentence for whoever gave them
     */
    static SidecarSettings parse(String... arguments) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + argument + "' is no setting");
            }
            given.computeIfAbsent(key, any -> new ArrayList<>())
                    .add(argument.substring(equals + 1));
        }
        PodName name = new PodName(one(given, "name"));
        return new SidecarSettings(
                name,
                Path.of(one(given, "socket")).toAbsolutePath(),
                all(given, "user")
                        .map(uid -> new UserId(number("user", uid)))
                        .collect(Collectors.toUnmodifiableSet()),
                optional(given, "keeper").map(file -> Path.of(file).toAbsolutePath()),
                all(given, "control").map(SidecarSettings::control).toList(),
                ports(one(given, "ports")),
                paths(all(given, "path").toList()),
                identity(given, name));
    }

    private static IdentitySource identity(Map<String, List<String>> given, PodName name) {
        boolean fromFiles = given.containsKey("certificate") || given.containsKey("key");
        boolean enrolled =
                given.containsKey("enrol")
                        || given.containsKey("token")
                        || given.containsKey("state");
        if (fromFiles == enrolled) {
            throw new IllegalArgumentException(
                    "an identity is needed from one source: certificate= and key=, or enrol=,"
                            + " token= and state=");
        }
        Path authority = file(given, "authority");
        if (fromFiles) {
            return new TlsFiles(file(given, "certificate"), file(given, "key"), authority);
        }
        return new Enrolled(
                new EnrolmentSettings(
                        endpoint(one(given, "enrol")),
                        Path.of(one(given, "token")).toAbsolutePath(),
                        authority,
                        Path.of(one(given, "state")).toAbsolutePath(),
                        new PeerIdentity.Vnet(name.value())));
    }

    private static URI endpoint(String text) {
        try {
            return EnrolmentSettings.endpoint(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "enrol=" + text + " is not " + EnrolmentSettings.ENDPOINT_FORM, e);
        }
    }

    private static Stream<String> all(Map<String, List<String>> given, String key) {
        return given.getOrDefault(key, List.of()).stream();
    }

    private static String one(Map<String, List<String>> given, String key) {
        List<String> values = given.getOrDefault(key, List.of());
        if (values.size() != 1) {
            throw new IllegalArgumentException(
                    "'" + key + "' is there " + values.size() + " times instead of once");
        }
        return values.getFirst();
    }

    private static Optional<String> optional(Map<String, List<String>> given, String key) {
        return given.containsKey(key) ? Optional.of(one(given, key)) : Optional.empty();
    }

    private static Path file(Map<String, List<String>> given, String key) {
        Path file = Path.of(one(given, key)).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(key + "=" + file + " cannot be read");
        }
        return file;
    }

    private static int number(String key, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(key + "=" + text + " is no number");
        }
        return Integer.parseInt(text);
    }

    private static InetSocketAddress control(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("control=" + text + " has no port");
        }
        int port = number("control", text.substring(colon + 1));
        if (port > 0xFFFF) {
            throw new IllegalArgumentException("control=" + text + " has no valid port");
        }
        return new InetSocketAddress(address("control", text.substring(0, colon)), port);
    }

    private static PortRange ports(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("ports=" + text + " is not FIRST-LAST");
        }
        return new PortRange(
                number("ports", text.substring(0, dash)),
                number("ports", text.substring(dash + 1)));
    }

    private static Paths paths(List<String> given) {
        Map<String, InetAddress> addresses = new LinkedHashMap<>();
        for (String text : given) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("path=" + text + " is not NAME:ADDRESS");
            }
            String name = text.substring(0, colon);
            if (addresses.put(name, address("path", text.substring(colon + 1))) != null) {
                throw new IllegalArgumentException("the path " + name + " is there twice");
            }
        }
        return new Paths(addresses);
    }

    /** Names are not looked up: an address must not change under the machines. */
    private static InetAddress address(String key, String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is no address", e);
        }
    }
}
