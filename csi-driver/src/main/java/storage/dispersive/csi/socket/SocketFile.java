package storage.dispersive.csi.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * The place of a listening socket in the file system. It is bound beside its place and moved there
 * when only its owner may connect, so that nobody ever finds it half made. What another process
 * left there is replaced if nobody listens on it any more.
 */
final class SocketFile {

    private static final String OWNER_ONLY = "rw-------";

    /** Of a Unix socket's address on Linux, with the zero that ends it. */
    private static final int MAX_PATH_BYTES = 107;

    private final Path place;
    private final Path birthplace;
    private Object identity = "not there yet";

    SocketFile(Path place) throws IOException {
        this.place = place.toAbsolutePath();
        this.birthplace =
                this.place.resolveSibling(
                        "." + this.place.getFileName() + "." + ProcessHandle.current().pid());
        if (birthplace.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException(
                    "the path of socket " + place + " is too long: use a shorter directory");
        }
    }

    /** Where the socket is to be bound. */
    Path birthplace() throws IOException {
        Files.deleteIfExists(birthplace);
        return birthplace;
    }

    /**
     * Moves the bound socket to its place.
     *
     * @throws SocketTakenException if somebody listens there, or there is something else
     */
    void show() throws IOException {
        Files.setPosixFilePermissions(birthplace, PosixFilePermissions.fromString(OWNER_ONLY));
        checkPlace();
        identity = identityOf(birthplace);
        Files.move(birthplace, place, StandardCopyOption.ATOMIC_MOVE);
    }

    private void checkPlace() throws IOException {
        BasicFileAttributes found;
        try {
            found =
                    Files.readAttributes(
                            place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!found.isOther()) {
            throw new SocketTakenException(
                    place + " is no socket, and is left as it is: remove it, or use another path");
        }
        if (isListening(place)) {
            throw new SocketTakenException(
                    "another process listens on " + place + ": end it, or use another path");
        }
    }

    /** Whether somebody serves on a socket. */
    static boolean isListening(Path place) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(place));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return false;
        }
    }

    /** Takes away what is at the birthplace, and at the place unless another has taken that. */
    void remove() throws IOException {
        Files.deleteIfExists(birthplace);
        try {
            if (identityOf(place).equals(identity)) {
                Files.deleteIfExists(place);
            }
        } catch (NoSuchFileException e) {
            // Somebody has cleaned up before.
        }
    }

    private static Object identityOf(Path path) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey());
    }
}
