package storage.dispersive.engine.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.durable.CheckedFile;
import storage.dispersive.durable.DurableFile;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.portion.VolumeId;

/**
 * The attached volumes, a file for each in a directory on the node's disk: what a process that is
 * started anew takes up.
 *
 * <p>Thread contract: any thread, one for each volume. One process at a time has the directory.
 */
final class Attachments {

    private static final String SUFFIX = ".attachment";

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    private final Path directory;

    Attachments(Path directory) {
        this.directory = directory;
    }

    /**
     * What is there.
     *
     * @param damaged files that cannot be read, and why; they stay as they are
     */
    record Found(List<Attachment> readable, List<String> damaged) {}

    Found all() throws IOException {
        List<Attachment> readable = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    readable.add(read(file));
                } catch (IOException | DescriptionException e) {
                    damaged.add(file.getFileName() + ": " + e.getMessage());
                }
            }
        }
        return new Found(List.copyOf(readable), List.copyOf(damaged));
    }

    private Attachment read(Path path) throws IOException {
        Attachment read = JSON.readValue(file(path).read(), Attachment.class);
        if (read == null || !path.equals(path(read.id()))) {
            throw new IOException("it describes another volume");
        }
        return read;
    }

    void write(Attachment attachment) throws IOException {
        try {
            file(path(attachment.id())).replace(JSON.writeValueAsString(attachment) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an attachment that cannot be written", e);
        }
    }

    void delete(VolumeId volume) throws IOException {
        DurableFile.delete(path(volume));
    }

    private Path path(VolumeId volume) {
        return directory.resolve(volume + SUFFIX);
    }

    private static CheckedFile file(Path path) {
        return new CheckedFile(path, "attachment", 1);
    }
}
