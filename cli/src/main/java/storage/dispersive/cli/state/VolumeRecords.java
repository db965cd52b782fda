package storage.dispersive.cli.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import storage.dispersive.durable.DurableFile;

/**
 * The records of all volumes. A change is a compare-and-set: it is made only if the record is still
 * the one that the caller saw, under a lock, and is durable when the call returns. Thread-safe, and
 * safe between processes.
 */
public final class VolumeRecords {

    private final SanHome home;

    public VolumeRecords(SanHome home) {
        this.home = home;
    }

    public Optional<VolumeRecord> find(String name) {
        if (!VolumeName.isValid(name)) {
            return Optional.empty();
        }
        return Json.read(home.volumeRecord(name), VolumeRecord.class);
    }

    public VolumeRecord get(String name) {
        return find(name)
                .orElseThrow(() ->
                        SanException.failed(
                                "there is no volume '" + name + "'",
                                "'dispersive volume list' shows them"));
    }

    /** All volumes, by name. */
    public List<VolumeRecord> all() {
        List<VolumeRecord> records = new ArrayList<>();
        try (Stream<Path> entries = Files.list(home.volumes())) {
            entries.map(path -> path.getFileName().toString())
                    .sorted()
                    .forEach(name -> find(name).ifPresent(records::add));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the volumes cannot be listed", e);
        }
        return List.copyOf(records);
    }

    /** Enters a new volume; its name must be free. */
    public void add(VolumeRecord record) {
        try (LockedFile _ = LockedFile.hold(home.volumesLock())) {
            if (find(record.name()).isPresent()) {
                throw SanException.failed(
                        "there is a volume '" + record.name() + "' already",
                        "choose another name, or delete it with 'dispersive volume delete "
                                + record.name()
                                + "'");
            }
            SanHome.directory(home.volume(record.name()));
            Json.replace(home.volumeRecord(record.name()), record);
        }
    }

    /**
     * Puts {@code next} in the place of {@code expected}.
     *
     * @throws SanException when another process has changed the record since
     */
    public VolumeRecord replace(VolumeRecord expected, VolumeRecord next) {
        if (next.version() != expected.version() + 1 || !next.name().equals(expected.name())) {
            throw new IllegalArgumentException(next + " does not follow " + expected);
        }
        try (LockedFile _ = LockedFile.hold(home.volumesLock())) {
            checkUnchanged(expected);
            Json.replace(home.volumeRecord(next.name()), next);
            return next;
        }
    }

    /** Takes the record away, and then all that this machine kept beside it. */
    public void remove(VolumeRecord expected) {
        try (LockedFile _ = LockedFile.hold(home.volumesLock())) {
            checkUnchanged(expected);
            DurableFile.delete(home.volumeRecord(expected.name()));
            FileTree.delete(home.volume(expected.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the record of " + expected.name() + " cannot be removed", e);
        }
    }

    private void checkUnchanged(VolumeRecord expected) {
        if (!find(expected.name()).equals(Optional.of(expected))) {
            throw SanException.failed(
                    "another command changed volume '" + expected.name() + "' at the same time",
                    "look at it with 'dispersive status' and repeat what is still wanted");
        }
    }
}
