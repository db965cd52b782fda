package storage.dispersive.cli.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.durable.DurableFile;

/**
 * JSON as this program writes it to files, sockets and terminals. Fields that a newer program added
 * are ignored when read. Thread-safe.
 */
public final class Json {

    private static final ObjectMapper LINE =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();
    private static final ObjectMapper PAGE = LINE.copy().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** On one line, without its end. */
    public static String line(Object value) {
        try {
            return LINE.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON can be made of " + value, e);
        }
    }

    /** On many lines, for people. */
    public static String page(Object value) {
        try {
            return PAGE.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON can be made of " + value, e);
        }
    }

    /**
     * The value that {@code text} spells.
     *
     * @throws IOException when it spells none, or one that its type refuses
     */
    public static <T> T parse(String text, Class<T> type) throws IOException {
        T value = LINE.readValue(text, type);
        if (value == null) {
            throw new IOException("null where a " + type.getSimpleName() + " should be");
        }
        return value;
    }

    public static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(parse(Files.readString(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw SanException.failed(
                    file + " cannot be read: " + e.getMessage(),
                    "restore the file; it is written by this program alone",
                    e);
        }
    }

    public static void replace(Path file, Object value) {
        try {
            DurableFile.replace(file, (page(value) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
