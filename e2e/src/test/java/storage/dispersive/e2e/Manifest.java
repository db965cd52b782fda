package storage.dispersive.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text that kubectl makes objects of. */
final class Manifest {

    private Manifest() {}

    static void apply(String yaml, String... options) {
        try {
            Path file = Files.createTempFile("manifest", ".yaml");
            try {
                Files.writeString(file, yaml);
                String[] words = new String[options.length + 3];
                System.arraycopy(options, 0, words, 0, options.length);
                words[options.length] = "apply";
                words[options.length + 1] = "-f";
                words[options.length + 2] = file.toString();
                Cluster.kubectl(words);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
