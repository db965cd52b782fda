package storage.dispersive.cli.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import storage.dispersive.seal.VolumeKey;

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

        /** The key in the file; a new one, and the file with it, if there is none. */
        public VolumeKey readOrMake(SecureRandom random) {
            if (Files.exists(path)) {
                return read();
            }
            VolumeKey made = VolumeKey.random(random);
            byte[] bytes = made.export();
            try {
                String digits = HexFormat.of().formatHex(bytes) + "\n";
                DurableFile.replace(path, digits.getBytes(StandardCharsets.US_ASCII));
                return made;
            } catch (IOException e) {
                made.close();
                throw SanException.failed(
                        "the key cannot be written to " + path + ": " + e.getMessage(),
                        "name a file in a directory that you may write",
                        e);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }

        public VolumeKey read() {
            byte[] bytes = new byte[0];
            try {
                bytes = HexFormat.of().parseHex(Files.readString(path).strip());
                return VolumeKey.of(bytes);
            } catch (IOException | IllegalArgumentException e) {
                throw SanException.failed(
                        path + " holds no key: " + e.getMessage(),
                        "a key is " + 2 * VolumeKey.KEY_BYTES + " hexadecimal digits",
                        e);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
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
