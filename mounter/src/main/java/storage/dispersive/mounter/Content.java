package storage.dispersive.mounter;

/** What is on a device. Only {@link Blank} is ever formatted. */
public sealed interface Content {

    /**
     * All reads succeeded and gave zeros only: the first and the last MiB, where file systems keep
     * copies of their superblocks, and places all over the device.
     *
     * @param bytesRead how much was looked at
     */
    record Blank(long bytesRead) implements Content {}

    /** A file system with a valid superblock. */
    record FileSystem(FileSystemType type, String uuid, History history) implements Content {}

    /** A signature of something that is never made here: another file system, partitions, LUKS. */
    record SomethingElse(String what) implements Content {}

    /** Bytes that no signature explains; a file system that was made half looks so. */
    record Unrecognised(String what) implements Content {}

    /** Nothing is known of it, least of all that it is empty. */
    record Unreadable(String error) implements Content {}

    /** Whether a file system was ever mounted for writing. */
    enum History {
        /**
         * Its superblock (ext4) or its log (XFS) shows that nothing was changed since it was made.
         */
        NEVER_MOUNTED,
        PERHAPS_MOUNTED
    }
}
