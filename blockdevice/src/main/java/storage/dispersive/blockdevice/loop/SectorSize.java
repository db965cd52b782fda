package storage.dispersive.blockdevice.loop;

/**
 * The logical sectors of a block device. A file system or a partition table made with one size may
 * not open with the other, so a volume keeps what it began with.
 */
public enum SectorSize {
    /** What most software expects; the disk reads and writes whole blocks for smaller writes. */
    BYTES_512(512),
    /** The disk's own block: no write is smaller. */
    BYTES_4096(4096);

    private final int bytes;

    SectorSize(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }
}
