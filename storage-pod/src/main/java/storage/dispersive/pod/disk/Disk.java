package storage.dispersive.pod.disk;

import java.io.IOException;
import java.util.List;

/**
 * One directory of files, without directories in it. Used on the loop's thread only; completions
 * are called there too, never before the call that names them has returned.
 *
 * <p>What a crash leaves: of a file every 512-byte sector as it was when last synced or as it was
 * written since, each by itself; of the directory every create, rename and delete since the last
 * sync of the directory done or not done, each by itself, a rename always whole.
 */
public interface Disk {

    /** Files with this name belong to the disk itself and are not listed. */
    String LOCK_NAME = "lock";

    /**
     * Takes the directory, which is made if it is absent, until {@link #close}.
     *
     * @throws DiskLockedException if somebody else has it
     * @throws java.nio.file.NotDirectoryException if it is something else
     * @throws java.nio.file.AccessDeniedException if it cannot be written
     */
    void claim() throws IOException;

    /** The names of all files, in no order. */
    List<String> list() throws IOException;

    /** Makes an empty file. Fails if one of this name exists. */
    DiskFile create(String name) throws IOException;

    /** Opens a file that exists. */
    DiskFile open(String name) throws IOException;

    /** Replaces {@code to} if it exists. Handles of the file stay valid. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; does nothing if there is none. */
    void delete(String name) throws IOException;

    /**
     * Makes a file of zeros, all its blocks allocated and written, and syncs it, in the background.
     * A file that could not be finished may be left behind.
     */
    void createZeroed(String name, long sizeBytes, IoCompletion completion);

    /** Makes durable what creates, renames and deletes have done before the call. */
    void syncDirectory(IoCompletion completion);

    /** The same, waiting for it; only for the time before the store answers requests. */
    void syncDirectoryNow() throws IOException;

    /** Bytes that files may still take. */
    long freeBytes() throws IOException;

    /** Gives the directory back once what is under way has ended. */
    void close();
}
