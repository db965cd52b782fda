package storage.dispersive.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What shows the service who asks, as whoever started the process left it in a file. */
final class Token {

    private static final int MAX_BYTES = 64 << 10;

    private Token() {}

    /**
     * Reads the file, which is replaced now and then.
     *
     * @throws IOException if there is none; the message, which never has the token, says why
     */
    static String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("the token file " + file + " is not there", e);
        } catch (IOException e) {
            throw new IOException(
                    "the token file " + file + " cannot be read: " + e.getMessage(), e);
        }
        String token = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (token.isEmpty()) {
            throw new IOException("the token file " + file + " is empty");
        }
        // What else is in it could end the header that it goes into.
        if (bytes.length > MAX_BYTES || !token.matches("[!-~]+")) {
            throw new IOException("the token file " + file + " has something else than a token");
        }
        return token;
    }
}
