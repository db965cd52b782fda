package storage.dispersive.cli.state;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import storage.dispersive.linux.NetworkNamespace;

/** Directories with all that is in them. Symbolic links are taken away, never followed. */
public final class FileTree {

    private FileTree() {}

    /** Removes {@code root}, if it is there. */
    public static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            empty(root);
            Files.deleteIfExists(root);
        }
    }

    /** Removes what is in {@code root}, and leaves it empty. */
    public static void empty(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        remove(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        if (!directory.equals(root)) {
                            Files.delete(directory);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** The name of a network namespace is a mount, which must go before its file can. */
    private static void remove(Path file) throws IOException {
        try {
            Files.delete(file);
        } catch (FileSystemException e) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || !NetworkNamespace.isPinned(file)) {
                throw e;
            }
            NetworkNamespace.unpin(file);
        }
    }

    /** The bytes of all files below {@code root}; what goes away meanwhile counts as nothing. */
    public static long sizeBytes(Path root) {
        long[] sum = {0};
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            sum[0] += attributes.size();
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            return sum[0];
        }
        return sum[0];
    }
}
