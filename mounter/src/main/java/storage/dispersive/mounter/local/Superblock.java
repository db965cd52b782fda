package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.Content.History;
import storage.dispersive.mounter.FileSystemType;

/**
 * The superblocks of ext4 (fs/ext4/ext4.h) and XFS (fs/xfs/libxfs/xfs_format.h), as far as they
 * tell what is there and whether it was ever mounted.
 *
 * <p>ext4 counts its mounts in the superblock, which it writes before a mount for writing returns.
 * XFS does not; but nothing of it changes durably before a record of that is in its log, of which
 * mkfs leaves all but the first record as zeros.
 */
final class Superblock {

    private static final int EXT_OFFSET = 1024;
    private static final int EXT_MAGIC = 0xEF53;
    private static final int EXT_MOUNT_TIME = 44;
    private static final int EXT_MOUNT_COUNT = 52;
    private static final int EXT_MAGIC_AT = 56;
    private static final int EXT_COMPATIBLE = 92;
    private static final int EXT_INCOMPATIBLE = 96;
    private static final int EXT_UUID = 104;
    private static final int EXT_HAS_JOURNAL = 0x4;
    private static final int EXT_EXTENTS = 0x40;

    private static final int XFS_MAGIC = 0x58465342;
    private static final int XFS_BLOCK_SIZE = 4;
    private static final int XFS_UUID = 32;
    private static final int XFS_LOG_START = 48;
    private static final int XFS_GROUP_BLOCKS = 84;
    private static final int XFS_GROUP_BITS = 124;
    private static final int XFS_IN_PROGRESS = 126;
    private static final int XFS_MIN_BLOCK = 512;
    private static final int XFS_MAX_BLOCK = 1 << 16;

    /** What mkfs.xfs leaves in the log: a header and a record of one sector each, at most. */
    private static final int XFS_FIRST_RECORD_BYTES = 2 * BlockReader.BLOCK_BYTES;

    private static final int UUID_BYTES = 16;

    private Superblock() {}

    /** What the first bytes of the device say; empty if neither file system is there. */
    static Optional<Content> find(BlockReader reader) throws IOException {
        ByteBuffer head = reader.read(0, BlockReader.BLOCK_BYTES);
        if (head.order(ByteOrder.BIG_ENDIAN).getInt(0) == XFS_MAGIC) {
            return Optional.of(xfs(head, reader));
        }
        ByteBuffer ext = head.slice(EXT_OFFSET, EXT_OFFSET).order(ByteOrder.LITTLE_ENDIAN);
        if (Short.toUnsignedInt(ext.getShort(EXT_MAGIC_AT)) == EXT_MAGIC) {
            return Optional.of(ext(ext));
        }
        return Optional.empty();
    }

    private static Content ext(ByteBuffer block) {
        boolean isExt4 =
                (block.getInt(EXT_COMPATIBLE) & EXT_HAS_JOURNAL) != 0
                        && (block.getInt(EXT_INCOMPATIBLE) & EXT_EXTENTS) != 0;
        if (!isExt4) {
            return new Content.SomethingElse("ext2, ext3, or an ext4 without journal or extents");
        }
        History history =
                block.getInt(EXT_MOUNT_TIME) == 0 && block.getShort(EXT_MOUNT_COUNT) == 0
                        ? History.NEVER_MOUNTED
                        : History.PERHAPS_MOUNTED;
        return new Content.FileSystem(FileSystemType.EXT4, uuid(block, EXT_UUID), history);
    }

    private static Content xfs(ByteBuffer head, BlockReader reader) throws IOException {
        if (head.get(XFS_IN_PROGRESS) != 0) {
            return new Content.Unrecognised("an XFS that mkfs did not finish");
        }
        int blockBytes = head.getInt(XFS_BLOCK_SIZE);
        if (Integer.bitCount(blockBytes) != 1
                || blockBytes < XFS_MIN_BLOCK
                || blockBytes > XFS_MAX_BLOCK) {
            return new Content.SomethingElse("an XFS whose superblock is damaged");
        }
        String uuid = uuid(head, XFS_UUID);
        long block = head.getLong(XFS_LOG_START);
        int bits = head.get(XFS_GROUP_BITS) & 0x3f;
        long blocks = Integer.toUnsignedLong(head.getInt(XFS_GROUP_BLOCKS));
        long logStart = ((block >>> bits) * blocks + (block & ((1L << bits) - 1))) * blockBytes;
        boolean isWithin =
                block > 0
                        && logStart > 0
                        && logStart < reader.size() - BlockReader.LIMIT_BYTES
                        && logStart % BlockReader.BLOCK_BYTES == 0;
        History history =
                isWithin && isUntouched(logStart, reader)
                        ? History.NEVER_MOUNTED
                        : History.PERHAPS_MOUNTED;
        return new Content.FileSystem(FileSystemType.XFS, uuid, history);
    }

    private static boolean isUntouched(long logStart, BlockReader reader) throws IOException {
        ByteBuffer log =
                reader.read(
                        logStart + XFS_FIRST_RECORD_BYTES,
                        BlockReader.LIMIT_BYTES - XFS_FIRST_RECORD_BYTES);
        return BlockReader.firstNonZero(log) < 0;
    }

    private static String uuid(ByteBuffer block, int at) {
        byte[] bytes = new byte[UUID_BYTES];
        block.get(at, bytes);
        String digits = HexFormat.of().formatHex(bytes);
        return String.join(
                "-",
                digits.substring(0, 8),
                digits.substring(8, 12),
                digits.substring(12, 16),
                digits.substring(16, 20),
                digits.substring(20));
    }
}
