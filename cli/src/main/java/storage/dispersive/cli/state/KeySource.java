package storage.dispersive.cli.state;

import java.nio.file.Path;

/**
 * Where a volume's key is kept.
 *
 * <p>Spelled {@code dispersed} or {@code file:PATH}.
 */
public sealed interface KeySource {

    /** Split over the volume's pods: any k of them have it, fewer know nothing of it. */
    record Dispersed() implements KeySource {
        @Override
        public String toString() {
            return "dispersed";
        }
    }

    /** In a file of its owner's alone, as 64 hexadecimal digits. */
    record InFile(Path path) implements KeySource {
        public InFile {
            path = path.toAbsolutePath().normalize();
        }

        @Override
        public String toString() {
            return "file:" + path;
        }
    }

    static KeySource parse(String text) {
        if (text.equals("dispersed")) {
            return new Dispersed();
        }
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new InFile(Path.of(text.substring("file:".length())));
        }
        throw SanException.usage(
                "'" + text + "' does not say where the key is", "write 'dispersed' or 'file:PATH'");
    }
}
