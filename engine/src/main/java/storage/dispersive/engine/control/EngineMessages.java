package storage.dispersive.engine.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Objects;

/**
 * Requests and answers as packets of a Unix socket (SOCK_SEQPACKET), one each: JSON with a version,
 * at most {@value #MAX_BYTES} bytes. Fields that a newer program added are ignored; verbs, outcomes
 * and versions that are not known are errors. Thread-safe.
 */
public final class EngineMessages {

    /** Below what the kernel buffers for a socket unless it is told to. */
    public static final int MAX_BYTES = 192 << 10;

    private static final int VERSION = 1;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    private EngineMessages() {}

    private record Asked(int version, EngineRequest request) {
        Asked {
            Objects.requireNonNull(request);
        }
    }

    private record Answered(int version, EngineAnswer answer) {
        Answered {
            Objects.requireNonNull(answer);
        }
    }

    /** A request's packet; fails for one that is too long. */
    public static byte[] encode(EngineRequest request) throws IOException {
        return bytes(new Asked(VERSION, request));
    }

    /** An answer's packet; fails for one that is too long. */
    public static byte[] encode(EngineAnswer answer) throws IOException {
        return bytes(new Answered(VERSION, answer));
    }

    /** The request in a packet; fails for what is none of this version. */
    public static EngineRequest request(byte[] packet) throws IOException {
        Asked asked = read(packet, Asked.class);
        checkVersion(asked.version());
        return asked.request();
    }

    /** The answer in a packet; fails as {@link #request} does. */
    public static EngineAnswer answer(byte[] packet) throws IOException {
        Answered answered = read(packet, Answered.class);
        checkVersion(answered.version());
        return answered.answer();
    }

    private static byte[] bytes(Object message) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(message);
        if (bytes.length > MAX_BYTES) {
            throw new IOException(
                    "a message of " + bytes.length + " bytes, at most " + MAX_BYTES + " can be");
        }
        return bytes;
    }

    private static <T> T read(byte[] packet, Class<T> type) throws IOException {
        try {
            T message = JSON.readValue(packet, type);
            if (message == null) {
                throw new IOException("null instead of a message");
            }
            return message;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "no message of an engine: "
                            + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    private static void checkVersion(int version) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "a message of version " + version + "; this program speaks " + VERSION);
        }
    }
}
