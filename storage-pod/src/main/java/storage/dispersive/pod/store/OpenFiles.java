package storage.dispersive.pod.store;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;

/** The handles of segment files, at most so many; the one used longest ago is closed first. */
final class OpenFiles {

    private final Disk disk;
    private final int maxOpen;
    private final Map<SegmentFile, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Handle {
        final DiskFile file;
        boolean pinned;

        Handle(DiskFile file) {
            this.file = file;
        }
    }

    OpenFiles(Disk disk, int maxOpen) {
        this.disk = disk;
        this.maxOpen = maxOpen;
    }

    /** Valid until the next call. */
    DiskFile get(SegmentFile segment) throws IOException {
        return handle(segment).file;
    }

    /** Valid until it is unpinned. */
    DiskFile pin(SegmentFile segment) throws IOException {
        Handle handle = handle(segment);
        handle.pinned = true;
        return handle.file;
    }

    void unpin(SegmentFile segment) {
        Handle handle = handles.get(segment);
        if (handle != null) {
            handle.pinned = false;
        }
    }

    void put(SegmentFile segment, DiskFile file) {
        handles.put(segment, new Handle(file));
        evict();
    }

    void close(SegmentFile segment) {
        @Nullable Handle handle = handles.remove(segment);
        if (handle != null) {
            handle.file.close();
        }
    }

    void closeAll() {
        handles.values().forEach(handle -> handle.file.close());
        handles.clear();
    }

    private Handle handle(SegmentFile segment) throws IOException {
        Handle handle = handles.get(segment);
        if (handle == null) {
            handle = new Handle(disk.open(segment.fileName()));
            handles.put(segment, handle);
            evict();
        }
        return handle;
    }

    private void evict() {
        Iterator<Handle> eldestFirst = handles.values().iterator();
        int excess = handles.size() - maxOpen;
        // The last one was just asked for.
        for (int seen = handles.size(); excess > 0 && seen > 1; seen--) {
            Handle handle = eldestFirst.next();
            if (!handle.pinned) {
                handle.file.close();
                eldestFirst.remove();
                excess--;
            }
        }
    }
}
