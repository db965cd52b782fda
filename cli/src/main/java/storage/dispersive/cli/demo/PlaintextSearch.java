package storage.dispersive.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks for pieces of known plaintext in files.
 *
 * @param needles each of {@value #NEEDLE_BYTES} bytes
 */
record PlaintextSearch(List<byte[]> needles) {

    static final int NEEDLE_BYTES = 24;
    private static final int MAX_NEEDLES = 8;
    private static final int BUFFER_BYTES = 1 << 20;

    PlaintextSearch {
        needles = List.copyOf(needles);
    }

    /** Takes a piece out of the middle of each of the largest files of the tree. */
    static PlaintextSearch of(SourceTree tree) throws IOException {
        List<Path> largest =
                tree.files().stream()
                        .sorted(
                                Comparator.comparingLong((Path file) -> file.toFile().length())
                                        .reversed())
                        .limit(MAX_NEEDLES)
                        .toList();
        List<byte[]> needles = new ArrayList<>();
        for (Path file : largest) {
            byte[] content = Files.readAllBytes(file);
            if (content.length >= NEEDLE_BYTES) {
                int from = (content.length - NEEDLE_BYTES) / 2;
                needles.add(Arrays.copyOfRange(content, from, from + NEEDLE_BYTES));
            }
        }
        return new PlaintextSearch(needles);
    }

    /** How often any needle is in the tree that they are from. */
    long countIn(SourceTree tree) throws IOException {
        long found = 0;
        for (Path file : tree.files()) {
            found += count(file);
        }
        return found;
    }

    /** How often any needle is in any file below {@code directory}. */
    long countBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long found = 0;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                found += count(file);
            }
            return found;
        }
    }

    /** How often any needle is in the file, also across the edges of what is read at once. */
    long count(Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int kept = 0;
        long found = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            while ((read = in.read(buffer, kept, buffer.length - kept)) > 0) {
                int filled = kept + read;
                found += count(buffer, filled);
                kept = Math.min(filled, NEEDLE_BYTES - 1);
                System.arraycopy(buffer, filled - kept, buffer, 0, kept);
            }
        }
        return found;
    }

    private long count(byte[] bytes, int length) {
        boolean[] begins = new boolean[256];
        needles.forEach(needle -> begins[needle[0] & 0xff] = true);
        long found = 0;
        for (int at = 0; at + NEEDLE_BYTES <= length; at++) {
            if (begins[bytes[at] & 0xff]) {
                for (byte[] needle : needles) {
                    if (Arrays.equals(bytes, at, at + NEEDLE_BYTES, needle, 0, NEEDLE_BYTES)) {
                        found++;
                    }
                }
            }
        }
        return found;
    }
}
