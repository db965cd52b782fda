package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A listening Unix-domain socket and its file, which only the owner may connect to.
 *
 * <p>The socket is bound in a directory that nobody else can enter, gets its mode, and is then
 * moved to its place: there is no moment at which others could connect.
 */
final class SocketFile implements AutoCloseable {

    private static final int RANDOM_NAME_TRIES = 100;
    private static final int RANDOM_NAMES = 36 * 36 * 36 * 36;

    private final Path path;
    private final ServerSocketChannel channel;
    private final @Nullable Object fileKey;

    private SocketFile(Path path, ServerSocketChannel channel, @Nullable Object fileKey) {
        this.path = path;
        this.channel = channel;
        this.fileKey = fileKey;
    }

    /**
     * Listens at {@code path}, in the place of a dead server's socket if there is one.
     *
     * @throws BindException if a living server listens there
     * @throws FileAlreadyExistsException if something else than a socket is there
     */
    static SocketFile listen(Path path) throws IOException {
        Path place = path.toAbsolutePath();
        refuseLivingServer(place);
        Path directory = privateDirectory(Objects.requireNonNull(place.getParent(), "a directory"));
        Path temporary = directory.resolve("s");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(temporary));
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            Object key = attributes(temporary).fileKey();
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
            return new SocketFile(place, channel, key);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            Files.deleteIfExists(temporary);
            Files.deleteIfExists(directory);
        }
    }

    private static void refuseLivingServer(Path place) throws IOException {
        BasicFileAttributes found;
        try {
            found = attributes(place);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!found.isOther()) {
            throw new FileAlreadyExistsException(place + " is there and is not a socket");
        }
        boolean living;
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(place))) {
            living = probe.isConnected();
        } catch (java.net.ConnectException e) {
            living = false;
        }
        if (living) {
            throw new BindException("another server listens on " + place);
        }
    }

    /** With a short name, as the path of a socket has at most 107 bytes. */
    private static Path privateDirectory(Path parent) throws IOException {
        for (int i = 0; ; i++) {
            int random = ThreadLocalRandom.current().nextInt(RANDOM_NAMES);
            Path directory = parent.resolve("." + Integer.toString(random, 36));
            try {
                return Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (i == RANDOM_NAME_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Stops listening and removes the file, unless another server has taken its place. */
    @Override
    public void close() throws IOException {
        channel.close();
        try {
            if (Objects.equals(attributes(path).fileKey(), fileKey)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // somebody has removed it already, which is what we want
        }
    }
}
