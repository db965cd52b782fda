package storage.dispersive.mounter;

import java.nio.file.Path;

/** How the connection of a disk was opened; {@code directory} is where it is mounted. */
public sealed interface DiskOpening {

    Path directory();

    /** It is new: an engine serves it with {@code FuseSession.serve}. */
    record Fresh(Path directory) implements DiskOpening {}

    /** It was there, and its descriptor is kept here: an engine takes it over by adopting it. */
    record Kept(Path directory) implements DiskOpening {}

    /**
     * It was there and lives, but its descriptor is not here, since this mounter was started anew:
     * whoever has it is to deposit it.
     */
    record HeldElsewhere(Path directory) implements DiskOpening {}
}
