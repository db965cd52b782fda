package storage.dispersive.cli.demo;

import java.io.IOException;

/** Where the demonstration keeps trees of files: on the attached volume, one way or another. */
sealed interface DemoDisk extends AutoCloseable permits ArchiveDisk, Ext4Disk {

    /** In a few words, what it is. */
    String describe();

    /** Stores a copy of the tree under a name of its own, durably. */
    void store(String copy, SourceTree tree) throws IOException;

    /** Reads a copy back, from the pods: nothing of it is cached on this machine. */
    Contents readBack(String copy, SourceTree tree) throws IOException;

    @Override
    void close() throws IOException;
}
