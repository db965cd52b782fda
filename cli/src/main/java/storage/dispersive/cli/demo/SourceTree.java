package storage.dispersive.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import storage.dispersive.cli.san.Distribution;

/**
 * A real tree of files to store: the sources of this program, or, where it does not lie among them,
 * the program itself.
 *
 * @param files below {@code root}, sorted, at most {@value #MAX_BYTES} bytes together
 */
record SourceTree(Path root, List<Path> files, long totalBytes) {

    static final long MAX_BYTES = 50L << 20;

    /** What a build, an editor or version control keeps beside the sources. */
    private static final Set<String> NOT_SOURCES = Set.of("target", "dist", ".git", ".idea");

    SourceTree {
        files = List.copyOf(files);
    }

    static SourceTree find(Distribution distribution) throws IOException {
        return read(distribution.sources().orElse(distribution.directory()));
    }

    static SourceTree read(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return NOT_SOURCES.contains(directory.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && Files.isReadable(file)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        List<Path> chosen = new ArrayList<>();
        long bytes = 0;
        for (Path file : found) {
            long size = Files.size(file);
            if (bytes + size <= MAX_BYTES) {
                chosen.add(file);
                bytes += size;
            }
        }
        if (chosen.isEmpty()) {
            throw new IOException("there are no files in " + root);
        }
        return new SourceTree(root, chosen, bytes);
    }

    String nameOf(Path file) {
        return root.relativize(file).toString();
    }
}
