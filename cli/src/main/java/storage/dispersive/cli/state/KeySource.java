package storage.dispersive.cli.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import storage.dispersive.durable.DurableFile;
import storage.dispersive.durable.FileFailure;
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
        private static final int DIGITS = 2 * VolumeKey.KEY_BYTES;

        /** Of a file that may be anything, such as a device that never ends. */
        private static final int MOST_BYTES = 4096;

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
                        "the key cannot be written to " + path + ": " + FileFailure.reason(e),
                        "name a file in a directory that you may write",
                        e);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }

        /** The key in the file, which must be there. */
        public VolumeKey read() {
            byte[] text = new byte[0];
            byte[] key = new byte[0];
            try (InputStream file = Files.newInputStream(path)) {
                text = file.readNBytes(MOST_BYTES);
                key = HexFormat.of().parseHex(digits(text));
                return VolumeKey.of(key);
            } catch (IOException e) {
                throw SanException.failed(
                        "the key cannot be read from " + path + ": " + FileFailure.reason(e),
                        "name a file that you may read; a volume is lost without its key",
                        e);
            } catch (IllegalArgumentException e) {
                throw SanException.failed(
                        path + " holds no key: " + e.getMessage(),
                        "a key is " + DIGITS + " hexadecimal digits",
                        e);
            } finally {
                Arrays.fill(text, (byte) 0);
                Arrays.fill(key, (byte) 0);
            }
        }

        /** Says what is wrong without repeating any of it, as it may be most of a key. */
        private static String digits(byte[] text) {
            String found = new String(text, StandardCharsets.ISO_8859_1).strip();
            if (text.length == MOST_BYTES) {
                throw new IllegalArgumentException("it has " + MOST_BYTES + " bytes or more");
            }
            if (found.length() != DIGITS) {
                throw new IllegalArgumentException(
                        found.isEmpty() ? "it is empty" : "it has " + found.length() + " digits");
            }
            if (!found.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IllegalArgumentException("not all of it is hexadecimal digits");
            }
            return found;
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
