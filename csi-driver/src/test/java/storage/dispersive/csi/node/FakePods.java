package storage.dispersive.csi.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.VolumeKey;

/** What storage pods hold of volumes, which outlives nodes. One thread at a time. */
final class FakePods {

    static final Content BLANK = new Content.Blank(1 << 20);

    private final Map<VolumeKey, Stored> volumes = new TreeMap<>();
    private final List<String> losses = new ArrayList<>();

    /** A volume's blocks. */
    static final class Stored {
        /** What is on it. */
        Content content;

        /** Generations below it write no more. */
        long fence;

        /** No engine reaches them. */
        boolean isAway;

        /** Too many are gone for good. */
        boolean isBroken;

        /** Its checking program finds what it does not dare to repair. */
        boolean needsRepair;

        /** What is on it is somebody's: nobody may format it any more. */
        private boolean isPrecious;

        private Stored(Content content) {
            this.content = content;
            this.isPrecious = !(content instanceof Content.Blank);
        }
    }

    Stored create(VolumeKey key, Content content) {
        Stored stored = new Stored(content);
        volumes.put(key, stored);
        return stored;
    }

    Stored of(VolumeKey key) {
        Stored stored = volumes.get(key);
        if (stored == null) {
            throw new IllegalStateException("there is no volume " + key);
        }
        return stored;
    }

    /** Something begins to write a file system, and is killed at once. */
    void overwrite(VolumeKey key) {
        Stored stored = of(key);
        if (stored.isPrecious) {
            losses.add(key + " was formatted, though it held " + stored.content);
        }
        stored.content = new Content.Unrecognised("half a file system");
    }

    Content.FileSystem make(VolumeKey key, FileSystemType type) {
        overwrite(key);
        var made = new Content.FileSystem(type, "uuid-" + key, Content.History.NEVER_MOUNTED);
        of(key).content = made;
        return made;
    }

    /** Somebody writes files from now on. */
    void use(VolumeKey key) {
        Stored stored = of(key);
        stored.isPrecious = true;
        if (stored.content instanceof Content.FileSystem(var type, String uuid, var _)) {
            stored.content = new Content.FileSystem(type, uuid, Content.History.PERHAPS_MOUNTED);
        }
    }

    /** Data that is not there any more, though somebody had it. */
    List<String> losses() {
        return losses;
    }
}
