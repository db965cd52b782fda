package storage.dispersive.simulation.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The names of a disk's files, as they are now, and as they were when last synced. */
final class SimulatedDirectory {

    private final Map<String, SimulatedContent> now = new TreeMap<>();
    private Map<String, SimulatedContent> synced = new TreeMap<>();
    private final List<Change> unsynced = new ArrayList<>();
    private long syncedChanges;

    /** One create (no old name), rename, or delete (no new name). */
    private record Change(
            @Nullable String oldName, @Nullable String newName, SimulatedContent file) {

        void applyTo(Map<String, SimulatedContent> names) {
            if (oldName != null) {
                names.remove(oldName, file);
            }
            if (newName != null) {
                names.put(newName, file);
            }
        }
    }

    Map<String, SimulatedContent> files() {
        return now;
    }

    SimulatedContent create(String name) throws IOException {
        if (now.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        SimulatedContent file = new SimulatedContent();
        change(new Change(null, name, file));
        return file;
    }

    SimulatedContent open(String name) throws IOException {
        SimulatedContent file = now.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    void rename(String from, String to) throws IOException {
        change(new Change(from, to, open(from)));
    }

    void delete(String name) {
        SimulatedContent file = now.get(name);
        if (file != null) {
            change(new Change(name, null, file));
        }
    }

    /** How many changes were made so far; what {@link #synced} is told later. */
    long changes() {
        return syncedChanges + unsynced.size();
    }

    /** The first so many changes have reached the disk. */
    void synced(long changes) {
        int count = Math.toIntExact(Math.clamp(changes - syncedChanges, 0, unsynced.size()));
        List<Change> first = unsynced.subList(0, count);
        first.forEach(change -> change.applyTo(synced));
        first.clear();
        syncedChanges += count;
    }

    /** Every unsynced change has happened or not: some first ones, or each by itself. */
    void crash(RandomGenerator random) {
        boolean inOrder = random.nextBoolean();
        int first = random.nextInt(unsynced.size() + 1);
        for (int i = 0; i < unsynced.size(); i++) {
            if (inOrder ? i < first : random.nextBoolean()) {
                unsynced.get(i).applyTo(synced);
            }
        }
        syncedChanges += unsynced.size();
        unsynced.clear();
        now.clear();
        now.putAll(synced);
        synced = new TreeMap<>(now);
    }

    private void change(Change change) {
        change.applyTo(now);
        unsynced.add(change);
    }
}
