package storage.dispersive.simulation.disk;

import java.io.IOException;

/** Errors that a simulated disk is to give, so many of each kind from now on. */
public final class DiskFaults {

    private int goodReads;
    private int reads;
    private int writes;
    private int syncs;

    DiskFaults() {}

    public void failReads(int count) {
        failReadsAfter(0, count);
    }

    /** The same, after so many others have succeeded. */
    public void failReadsAfter(int good, int count) {
        goodReads = good;
        reads = count;
    }

    public void failWrites(int count) {
        writes = count;
    }

    /** Syncs of files and of the directory that begin from now on. */
    public void failSyncs(int count) {
        syncs = count;
    }

    void beforeRead() throws IOException {
        if (goodReads > 0) {
            goodReads--;
        } else if (reads > 0) {
            reads--;
            throw new IOException("simulated: cannot read");
        }
    }

    void beforeWrite() throws IOException {
        if (writes > 0) {
            writes--;
            throw new IOException("simulated: cannot write");
        }
    }

    void beforeSync() throws IOException {
        if (syncs > 0) {
            syncs--;
            throw new IOException("simulated: cannot sync");
        }
    }
}
