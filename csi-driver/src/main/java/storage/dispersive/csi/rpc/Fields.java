package storage.dispersive.csi.rpc;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import storage.dispersive.csi.protocol.CapacityRange;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Reads fields that any request has. Lengths are those of CSI's specification. No message repeats
 * what was given, as it ends in events and logs.
 */
final class Fields {

    private static final int MAX_NAME_BYTES = 128;
    private static final int MAX_NODE_BYTES = 256;
    private static final int MAX_PATH_BYTES = 4096;
    private static final int MAX_MAP_BYTES = 4096;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final String GENERATION = "generation";

    private Fields() {}

    /** A name that somebody has chosen. */
    static String name(String field, String text) throws BadRequestException {
        return checked(field, text, MAX_NAME_BYTES);
    }

    static String node(String field, String text) throws BadRequestException {
        return checked(field, text, MAX_NODE_BYTES);
    }

    private static String checked(String field, String text, int maxBytes)
            throws BadRequestException {
        if (text.isEmpty()) {
            throw new BadRequestException(field + " is missing");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new BadRequestException(field + " has more than " + maxBytes + " bytes");
        }
        if (CONTROL.matcher(text).find()) {
            throw new BadRequestException(field + " has control characters");
        }
        return text;
    }

    /**
     * A volume.
     *
     * @param unknown what is thrown if no volume of ours can be called so
     */
    static VolumeHandle volume(String text, Function<String, BadRequestException> unknown)
            throws BadRequestException {
        checked("volume_id", text, MAX_NAME_BYTES);
        return VolumeHandle.parse(text)
                .orElseThrow(() ->
                        unknown.apply("there is no such volume: a volume_id is NAMESPACE/NAME"));
    }

    /** A path of the orchestrator, in whatever type it is for. */
    static <T> T path(String field, String text, Function<Path, T> type)
            throws BadRequestException {
        checkPath(field, text);
        try {
            return type.apply(Path.of(text));
        } catch (InvalidPathException e) {
            throw new BadRequestException(field + " is no path");
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(
                    field + " must be absolute, below / and without '.' and '..'");
        }
    }

    /** Whether it may be a path at all. */
    static void checkPath(String field, String text) throws BadRequestException {
        checked(field, text, MAX_PATH_BYTES);
    }

    static SizeRange range(CapacityRange range) throws BadRequestException {
        long required = range.getRequiredBytes();
        long limit = range.getLimitBytes();
        if (required < 0 || limit < 0) {
            throw new BadRequestException("capacity_range must not be negative");
        }
        if (limit != 0 && limit < required) {
            throw new BadRequestException(
                    "capacity_range: limit_bytes is less than required_bytes");
        }
        return new SizeRange(
                new ByteSize(required),
                limit == 0 ? SizeRange.Limit.NONE : new SizeRange.Limit(limit));
    }

    /** Parameters, contexts, and whatever else is opaque to the caller. */
    static Map<String, String> map(String field, Map<String, String> map)
            throws BadRequestException {
        long bytes = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
            if (entry.getKey().isEmpty()) {
                throw new BadRequestException(field + " has an entry without a name");
            }
        }
        if (bytes > MAX_MAP_BYTES) {
            throw new BadRequestException(field + " has more than " + MAX_MAP_BYTES + " bytes");
        }
        return map;
    }

    /** The attachment that a publish context tells of. */
    static long generation(Map<String, String> publishContext) throws BadRequestException {
        String text = map("publish_context", publishContext).getOrDefault(GENERATION, "");
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new BadRequestException(
                    "publish_context has no "
                            + GENERATION
                            + ": pass on what ControllerPublishVolume gave");
        }
        return Long.parseLong(text);
    }

    static Map<String, String> publishContext(long generation) {
        return Map.of(GENERATION, Long.toString(generation));
    }
}
