package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;

/** What the store has of one volume: its record, and its files in the order of their making. */
final class Volume {

    private final Environment environment;
    private final VolumeState state;
    private final SegmentFiles files = new SegmentFiles();
    private final Map<Long, SegmentFile> newest = new HashMap<>();
    private final List<SegmentFile> retiring = new ArrayList<>();
    private PodReply.Damage damage = PodReply.Damage.NONE;
    private Epoch established;
    private int nextOrdinal = 1;
    private int pendingFences;

    Volume(Environment environment, VolumeState state) {
        this.environment = environment;
        this.state = state;
        this.established = state.record().fence();
    }

    /** Where a portion stands, or why it cannot be said. */
    sealed interface Place {
        record At(SegmentFile file, long offset, RecordFormat.Prefix record) implements Place {}

        /** There is a portion of this seq, but its head is damaged: it may be the one. */
        record Unreadable() implements Place {}
    }

    VolumeId id() {
        return state.record().id();
    }

    VolumeState state() {
        return state;
    }

    VolumeRecord record() {
        return state.record();
    }

    /** Files of which appends may still wait: those that are there, and those to be deleted. */
    List<SegmentFile> filesWithRetiring() {
        List<SegmentFile> all = new ArrayList<>(files.all());
        all.addAll(retiring);
        return all;
    }

    List<SegmentFile> filesFrom(int ordinal) {
        return files.from(ordinal);
    }

    PodReply.Damage damage() {
        return damage;
    }

    void setDamaged() {
        damage = PodReply.Damage.SOME;
    }

    /** The last fence that was answered: every append accepted before it has ended. */
    Epoch established() {
        return established;
    }

    void setEstablished(Epoch epoch) {
        established = epoch;
    }

    int pendingFences() {
        return pendingFences;
    }

    void addPendingFences(int change) {
        pendingFences += change;
    }

    /** Takes in a file that was found; its ordinal is not given again. */
    void add(SegmentFile file) {
        files.add(file);
        newest.merge(
                file.header().segment(),
                file,
                (a, b) -> a.header().ordinal() > b.header().ordinal() ? a : b);
        nextOrdinal = Math.max(nextOrdinal, file.header().ordinal() + 1);
    }

    /** A file of this ordinal is there and cannot be used. */
    void skipOrdinal(int ordinal) {
        nextOrdinal = Math.max(nextOrdinal, ordinal + 1);
    }

    /** The file that takes the next record of a segment, or null if one must be made. */
    @Nullable SegmentFile fileFor(long segment, long recordBytes, long seq) {
        SegmentFile file = newest.get(segment);
        return file != null && file.takes(recordBytes, seq) ? file : null;
    }

    SegmentFile createFile(long segment) throws IOException {
        long useId = environment.random().nextLong();
        SegmentHeader header = new SegmentHeader(id(), nextOrdinal, segment, useId);
        SegmentFile file = SegmentFile.create(environment, header);
        add(file);
        return file;
    }

    void appended(SegmentFile file, long seq) {
        files.appended(file, seq);
    }

    /** Looks for a portion, durable or not. */
    @Nullable Place find(PortionKey key) {
        Place unreadable = null;
        for (SegmentFile file : files.around(key.seq())) {
            PortionIndex index = file.index();
            for (int at = index.firstOf(key.seq()); index.isAt(at, key.seq()); at++) {
                long offset = index.offsetAt(at);
                RecordFormat.Prefix found = head(file, offset);
                if (found == null) {
                    unreadable = new Place.Unreadable();
                } else if (key.equals(found.key())) {
                    return new Place.At(file, offset, found);
                }
            }
        }
        return unreadable;
    }

    /** Null if it is damaged, or the disk cannot read it. */
    RecordFormat.@Nullable Prefix head(SegmentFile file, long offset) {
        try {
            DiskFile handle = environment.files().get(file);
            return environment.reader().read(handle, offset, file.header().useId());
        } catch (IOException e) {
            return null;
        }
    }

    /** Takes all files of a segment out; what they hold is no longer found. */
    List<SegmentFile> removeSegment(long segment) {
        if (newest.remove(segment) == null) {
            return List.of();
        }
        List<SegmentFile> removed = files.removeSegment(segment);
        retiring.addAll(removed);
        return removed;
    }

    void retired(SegmentFile file) {
        retiring.remove(file);
    }

    long durablePortions() {
        long count = 0;
        for (SegmentFile file : files.all()) {
            count += file.index().countBefore(file.durableBytes());
        }
        return count;
    }

    long allocatedBytes() {
        return files.all().stream().mapToLong(SegmentFile::allocatedBytes).sum();
    }

    void fail(IOException cause) {
        state.fail(cause);
        filesWithRetiring().forEach(file -> file.commit().fail(cause));
    }
}
