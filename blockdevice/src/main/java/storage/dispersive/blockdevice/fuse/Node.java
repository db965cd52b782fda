package storage.dispersive.blockdevice.fuse;

import java.nio.charset.StandardCharsets;

/**
 * The two inodes there are. Their numbers and handles are constants, so that a new process can
 * answer for what an older one opened.
 */
enum Node {
    DIRECTORY(1, 2, 0040555, 2),
    DISK(2, 1, 0100600, 1);

    /** The name of the disk's file in the mounted directory. */
    static final String DISK_NAME = "disk";

    private static final byte[] DISK_NAME_BYTES = DISK_NAME.getBytes(StandardCharsets.UTF_8);

    final long id;
    final long handle;
    final int mode;
    final int links;

    Node(long id, long handle, int mode, int links) {
        this.id = id;
        this.handle = handle;
        this.mode = mode;
        this.links = links;
    }

    static byte[] diskNameBytes() {
        return DISK_NAME_BYTES.clone();
    }
}
