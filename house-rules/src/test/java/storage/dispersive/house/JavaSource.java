package storage.dispersive.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One Java file.
 *
 * @param place its path from the root of the tree, with slashes
 */
record JavaSource(String place, String text) {

    static JavaSource read(Path root, Path file) {
        try {
            return new JavaSource(root.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** The file's name without its ending. */
    String name() {
        return place.substring(place.lastIndexOf('/') + 1).replaceFirst("\\.java$", "");
    }

    String module() {
        return place.substring(0, place.indexOf('/'));
    }

    /** The package's directory below {@code src/main/java} or {@code src/test/java}. */
    String packagePath() {
        int start = place.indexOf("/java/");
        int end = place.lastIndexOf('/');
        return start < 0 || end < start + 6 ? "" : place.substring(start + 6, end);
    }
}
