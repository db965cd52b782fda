package storage.dispersive.csi.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.durable.CheckedFile;
import storage.dispersive.durable.DurableFile;
import storage.dispersive.mounter.VolumeKey;

/**
 * Which volumes are staged on this node: a file for each in a directory on the node's disk, written
 * before anything is done for the volume and deleted when nothing of it is left. So whoever takes a
 * volume back needs neither the cluster nor what was said when it was staged.
 *
 * <p>Thread contract: any thread, one for each volume.
 */
public final class StageRecords {

    private static final Logger log = LoggerFactory.getLogger(StageRecords.class);
    private static final String SUFFIX = ".staged";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    private final Path directory;

    /** Of a directory, which is made if it is missing. */
    public StageRecords(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** As it is written; a raw device has no file system. */
    private record Written(
            String namespace,
            String name,
            String key,
            String staging,
            @Nullable String fileSystem,
            List<String> flags,
            long generation) {

        static Written of(StageRecord staged) {
            Written block =
                    new Written(
                            staged.volume().namespace(),
                            staged.volume().name(),
                            staged.key().value(),
                            staged.staging().toString(),
                            null,
                            List.of(),
                            staged.attachment().generation());
            return switch (staged.face()) {
                case Face.Block() -> block;
                case Face.Mounted(Face.FilesystemType type, List<String> flags) ->
                        block.with(type, flags);
            };
        }

        private Written with(Face.FilesystemType type, List<String> options) {
            return new Written(
                    namespace, name, key, staging, type.kernelName(), options, generation);
        }

        StageRecord read() {
            return new StageRecord(
                    new VolumeHandle(namespace, name),
                    new VolumeKey(key),
                    new StagingPath(Path.of(staging)),
                    face(),
                    new Attachment(generation));
        }

        private Face face() {
            if (fileSystem == null) {
                return new Face.Block();
            }
            return new Face.Mounted(
                    Face.FilesystemType.named(fileSystem)
                            .orElseThrow(() -> new IllegalArgumentException(fileSystem)),
                    flags);
        }
    }

    /** Of a volume, if it is staged or was not taken back as a whole. */
    Optional<StageRecord> find(VolumeHandle volume) {
        Path file = path(volume);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(file));
        } catch (IOException e) {
            throw new RefusedException(damaged(e), e);
        }
    }

    /** Of all volumes; what cannot be read is logged and left as it is. */
    List<StageRecord> all() {
        List<StageRecord> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    all.add(read(file));
                } catch (IOException e) {
                    log.warn("a volume that was staged is not known any more: {}", e.getMessage());
                }
            }
        } catch (IOException e) {
            throw new RefusedException(damaged(e), e);
        }
        return List.copyOf(all);
    }

    void write(StageRecord staged) {
        try {
            file(path(staged.volume())).replace(JSON.writeValueAsString(Written.of(staged)) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that cannot be written", e);
        } catch (IOException e) {
            throw new RefusedException(
                    RefusedException.failed(
                            "what is staged cannot be written down: " + e.getMessage()),
                    e);
        }
    }

    void delete(VolumeHandle volume) {
        try {
            DurableFile.delete(path(volume));
        } catch (IOException e) {
            throw new RefusedException(
                    RefusedException.failed(
                            "a record of what was staged cannot be deleted: " + e.getMessage()),
                    e);
        }
    }

    private StageRecord read(Path file) throws IOException {
        try {
            StageRecord read = JSON.readValue(file(file).read(), Written.class).read();
            if (file.equals(path(read.volume()))) {
                return read;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " says what cannot be: " + e.getMessage(), e);
        }
        throw new IOException(file + " is about another volume");
    }

    private static storage.dispersive.csi.volume.Refusal damaged(IOException e) {
        return RefusedException.failed(
                "what was staged on this node cannot be read ("
                        + e.getMessage()
                        + "); drain the node, delete that file, and restart the node");
    }

    /** Neither a namespace nor a volume has a dot in its name. */
    private Path path(VolumeHandle volume) {
        return directory.resolve(volume.namespace() + "." + volume.name() + SUFFIX);
    }

    private static CheckedFile file(Path path) {
        return new CheckedFile(path, "staged", 1);
    }
}
