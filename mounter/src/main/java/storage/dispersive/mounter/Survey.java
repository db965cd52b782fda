package storage.dispersive.mounter;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a node has of ours. A record of another volume's owner decides what of it is stale. */
public record Survey(List<Disk> disks, List<Place> places, List<Running> programs) {

    public Survey {
        disks = List.copyOf(disks);
        places = List.copyOf(places);
        programs = List.copyOf(programs);
    }

    /** What is known of a connection without asking who serves it. */
    public enum Connection {
        /** Its descriptor is kept here and has not ended. */
        KEPT,
        /** It is mounted; its descriptor is not here. */
        MOUNTED,
        /** It was aborted, or nobody has its descriptor: everything on it fails. */
        DEAD,
        /** A directory is left, nothing else. */
        NONE
    }

    /** A volume's disk, and its block device if it has one. */
    public record Disk(VolumeKey volume, Connection connection, Optional<Path> device) {}

    /** How a volume is shown at a place. */
    public enum Form {
        FILE_SYSTEM,
        BLOCK
    }

    /**
     * A place where a volume is staged or published; the path twice if two layers are there.
     *
     * @param volume empty if its connection is gone from the mount table
     */
    public record Place(Path path, Form form, Access access, Optional<VolumeKey> volume) {}

    /** A program that has not ended yet, though it may have been killed: it waits for its disk. */
    public record Running(VolumeKey volume, String program, long processId) {}
}
