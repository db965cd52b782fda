package storage.dispersive.operator.founding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A record with all versions that it ever had, of which a reader may see an old one. */
final class ModelRecord implements FoundingRecord {

    private final List<Snapshot> versions = new ArrayList<>();

    ModelRecord() {
        versions.add(new Snapshot("0", new Founding.Untried()));
    }

    @Override
    public Optional<Snapshot> read() {
        return Optional.of(versions.getLast());
    }

    /** As somebody's cache may have it. */
    Snapshot readOld(int versionsAgo) {
        return versions.get(Math.max(0, versions.size() - 1 - versionsAgo));
    }

    @Override
    public Written compareAndSet(Snapshot expected, Founding next) {
        if (!versions.getLast().version().equals(expected.version())) {
            return Written.CHANGED;
        }
        versions.add(new Snapshot(Integer.toString(versions.size()), next));
        return Written.DONE;
    }

    /** Somebody writes the rest of the status. */
    void touch() {
        versions.add(
                new Snapshot(Integer.toString(versions.size()), versions.getLast().founding()));
    }

    Founding now() {
        return versions.getLast().founding();
    }
}
