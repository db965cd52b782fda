package storage.dispersive.pod.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.PodName;

/**
 * The settings of a storage pod, each within its range.
 *
 * @param sidecar the Unix socket of the one that makes virtual network machines; empty when
 *     portions travel over plain sockets
 * @param identity where the pod's certificate comes from
 * @param capacityBytes {@link Long#MAX_VALUE} when only the disk limits it
 */
record PodSettings(
        String name,
        Path directory,
        InetSocketAddress address,
        Optional<PortFile> portFile,
        Optional<Path> sidecar,
        IdentitySource identity,
        long segmentSizeBytes,
        long capacityBytes) {

    static final long MIN_SEGMENT_BYTES = 1L << 20;
    static final long MAX_SEGMENT_BYTES = 16L << 30;
    static final long MIN_CAPACITY_BYTES = 64L << 20;

    private static final String PREFIX = "dispersive.pod.";
    private static final String NAME_FORM = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";
    private static final int SEGMENT_UNIT = 4096;
    private static final int MAX_PORT = 65535;

    /** Where the pod's certificate comes from. */
    sealed interface IdentitySource {}

    /** PEM files that exist; read once. */
    record TlsFiles(Path certificate, Path key, Path authority) implements IdentitySource {}

    /** An identity service, which is asked again in time. */
    record Enrolled(EnrolmentSettings settings) implements IdentitySource {}

    static PodSettings of(PodConfiguration given) throws BadSettingException {
        String name = name(given);
        return new PodSettings(
                name,
                path("directory", given.directory(), "the directory of the store"),
                address(given),
                given.portFile().isPresent()
                        ? Optional.of(new PortFile(path("port-file", given.portFile(), "a file")))
                        : Optional.empty(),
                sidecar(given),
                identity(given.tls(), given.enrolment(), name),
                segmentSize(given.segmentSize()),
                capacity(given.capacity()));
    }

    /** The settings' own spelling of a port, which may be 0. */
    static int port(String key, String value) throws BadSettingException {
        int port = value.matches("\\d{1,5}") ? Integer.parseInt(value) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw BadSettingException.wrong(
                    PREFIX + key, value, "a port from 0 to 65535; 0 takes a free one");
        }
        return port;
    }

    private static String name(PodConfiguration given) throws BadSettingException {
        String what =
                "a name like a host's: at most 253 of a-z, 0-9, '-' and '.', with a letter or"
                        + " digit at both ends";
        String name = required("name", given.name(), what);
        if (!name.matches(NAME_FORM)) {
            throw BadSettingException.wrong(PREFIX + "name", name, what);
        }
        return name;
    }

    private static InetSocketAddress address(PodConfiguration given) throws BadSettingException {
        int port = port("port", given.port());
        try {
            return new InetSocketAddress(InetAddress.getByName(given.address()), port);
        } catch (UnknownHostException e) {
            throw BadSettingException.wrong(
                    PREFIX + "address",
                    given.address(),
                    "an address of this machine, such as 127.0.0.1 or ::");
        }
    }

    private static Optional<Path> sidecar(PodConfiguration given) throws BadSettingException {
        return switch (given.isolation()) {
            case "isolated" ->
                    Optional.of(
                            path(
                                    "vnet-socket",
                                    given.vnetSocket(),
                                    "the Unix socket of the sidecar that makes virtual network"
                                            + " machines (or 'shared' as "
                                            + PREFIX
                                            + "isolation)"));
            case "shared" -> Optional.empty();
            default ->
                    throw BadSettingException.wrong(
                            PREFIX + "isolation", given.isolation(), "isolated or shared");
        };
    }

    private static IdentitySource identity(
            PodConfiguration.Tls tls, PodConfiguration.Enrolment enrolment, String name)
            throws BadSettingException {
        boolean enrols =
                enrolment.endpoint().isPresent()
                        || enrolment.tokenFile().isPresent()
                        || enrolment.directory().isPresent();
        if (!enrols) {
            return new TlsFiles(
                    file(
                            "tls.certificate",
                            tls.certificate(),
                            "the certificate (or the identity service that gives one as "
                                    + PREFIX
                                    + "enrolment.endpoint)"),
                    file("tls.key", tls.key(), "the private key"),
                    authority(tls));
        }
        absent("tls.certificate", tls.certificate());
        absent("tls.key", tls.key());
        return new Enrolled(
                new EnrolmentSettings(
                        endpoint(enrolment.endpoint()),
                        path(
                                "enrolment.token-file",
                                enrolment.tokenFile(),
                                "the file with the token that shows the identity service who asks"),
                        authority(tls),
                        path(
                                "enrolment.directory",
                                enrolment.directory(),
                                "a directory of the pod's own for its key and certificate"),
                        new PeerIdentity.Pod(new PodName(name))));
    }

    private static Path authority(PodConfiguration.Tls tls) throws BadSettingException {
        return file("tls.authority", tls.authority(), "the CA's certificate");
    }

    private static void absent(String key, Optional<String> value) throws BadSettingException {
        if (value.isPresent()) {
            throw BadSettingException.wrong(
                    PREFIX + key,
                    value.get(),
                    "either this or "
                            + PREFIX
                            + "enrolment.*, as the pod has one identity, from files or from an"
                            + " identity service");
        }
    }

    private static URI endpoint(Optional<String> value) throws BadSettingException {
        String what = EnrolmentSettings.ENDPOINT_FORM;
        String text = required("enrolment.endpoint", value, what);
        try {
            return EnrolmentSettings.endpoint(text);
        } catch (IllegalArgumentException e) {
            throw BadSettingException.wrong(PREFIX + "enrolment.endpoint", text, what);
        }
    }

    private static long segmentSize(String value) throws BadSettingException {
        long bytes = size("segment-size", value);
        if (bytes < MIN_SEGMENT_BYTES || bytes > MAX_SEGMENT_BYTES || bytes % SEGMENT_UNIT != 0) {
            throw BadSettingException.wrong(
                    PREFIX + "segment-size", value, "a multiple of 4096 from 1MiB to 16GiB");
        }
        return bytes;
    }

    private static long capacity(Optional<String> value) throws BadSettingException {
        if (value.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long bytes = size("capacity", value.get());
        if (bytes < MIN_CAPACITY_BYTES) {
            throw BadSettingException.wrong(
                    PREFIX + "capacity", value.get(), "64MiB or more, or leave it away");
        }
        return bytes;
    }

    private static long size(String key, String value) throws BadSettingException {
        try {
            return ByteCount.parse(value);
        } catch (NumberFormatException e) {
            throw BadSettingException.wrong(PREFIX + key, value, ByteCount.FORMS);
        }
    }

    private static Path file(String key, Optional<String> value, String what)
            throws BadSettingException {
        Path file = path(key, value, what + " as a PEM file");
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw BadSettingException.wrong(
                    PREFIX + key, file.toString(), "a PEM file that is there and can be read");
        }
        return file;
    }

    private static Path path(String key, Optional<String> value, String what)
            throws BadSettingException {
        String text = required(key, value, what);
        try {
            return Path.of(text).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw BadSettingException.wrong(PREFIX + key, text, what);
        }
    }

    private static String required(String key, Optional<String> value, String what)
            throws BadSettingException {
        return value.orElseThrow(() -> BadSettingException.missing(PREFIX + key, what));
    }
}
