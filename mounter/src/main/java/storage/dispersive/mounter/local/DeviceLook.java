package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.VolumeKey;

/**
 * Tells what is on a device. It is blank only if every one of these reads succeeded, past the
 * cache, and gave zeros:
 *
 * <ul>
 *   <li>the first and the last MiB: all signatures that blkid knows are there, but for copies;
 *   <li>a block at each place where ext4 (block groups 1, 3, 5, 7 and their powers) and btrfs (64
 *       MiB, 256 GiB) keep copies of their superblocks;
 *   <li>{@value #SAMPLES} blocks at even distances, and the one before each: XFS has the headers of
 *       its allocation groups so.
 * </ul>
 *
 * <p>That is no proof, which would need the whole device read. It is the second of two conditions;
 * the first is the volume's record. Thread contract: any thread.
 */
final class DeviceLook {

    private static final int SAMPLES = 512;
    private static final long EXT_GROUP_BYTES = 128L << 20;
    private static final long BTRFS_SECOND = 64L << 20;
    private static final long BTRFS_THIRD = 256L << 30;

    private static final Duration BLKID_LIMIT = Duration.ofSeconds(60);
    private static final int BLKID_NOTHING = 2;
    private static final int BLKID_AMBIVALENT = 8;

    private final Programs programs;

    DeviceLook(Programs programs) {
        this.programs = programs;
    }

    Content look(VolumeKey volume, LoopDevice device) {
        try (BlockReader reader = new BlockReader(device.path())) {
            Optional<Content> known = Superblock.find(reader);
            if (known.isPresent()) {
                return known.get();
            }
            long found = firstNonZero(reader);
            return found < 0
                    ? new Content.Blank(reader.bytesRead())
                    : unknown(volume, device, found);
        } catch (IOException e) {
            return new Content.Unreadable("reading " + device.path() + ": " + Kernel.describe(e));
        }
    }

    /** Where the first byte was found that is not zero; -1 if none was. */
    private static long firstNonZero(BlockReader reader) throws IOException {
        long size = reader.size();
        int edge = (int) Math.min(size, BlockReader.LIMIT_BYTES);
        if (edge < BlockReader.BLOCK_BYTES || size % BlockReader.BLOCK_BYTES != 0) {
            throw new IOException("it has " + size + " bytes");
        }
        long found = at(0, reader.read(0, edge));
        if (found < 0) {
            found = at(size - edge, reader.read(size - edge, edge));
        }
        for (long place : places(size)) {
            if (found >= 0) {
                break;
            }
            found = at(place, reader.read(place, BlockReader.BLOCK_BYTES));
        }
        return found;
    }

    private static long at(long offset, ByteBuffer bytes) {
        int within = BlockReader.firstNonZero(bytes);
        return within < 0 ? -1 : offset + within;
    }

    /** Offsets of blocks, in their order. */
    private static SortedSet<Long> places(long size) {
        SortedSet<Long> places = new TreeSet<>();
        for (long sample = 1; sample <= SAMPLES; sample++) {
            long place = size / (SAMPLES + 1) * sample;
            places.add(place - place % BlockReader.BLOCK_BYTES);
            places.add(Math.max(0, place - place % BlockReader.BLOCK_BYTES - 4096));
        }
        places.add(EXT_GROUP_BYTES);
        for (long base : new long[] {3, 5, 7}) {
            for (long group = base; group * EXT_GROUP_BYTES < size; group *= base) {
                places.add(group * EXT_GROUP_BYTES);
            }
        }
        places.add(BTRFS_SECOND);
        places.add(BTRFS_THIRD);
        places.removeIf(place -> place > size - BlockReader.BLOCK_BYTES);
        return places;
    }

    /**
     * Bytes that are neither ext4 nor XFS: asks blkid whose they are. Its silence means nothing.
     */
    private Content unknown(VolumeKey volume, LoopDevice device, long found) throws IOException {
        Programs.Command probe =
                Programs.Command.of("blkid", "-p", "-o", "export", device.path().toString());
        ProgramResult result = programs.run(volume, probe, BLKID_LIMIT);
        if (result.status() == BLKID_NOTHING) {
            return new Content.Unrecognised("bytes that are not zero, at " + found);
        }
        if (result.succeeded() || result.status() == BLKID_AMBIVALENT) {
            String types =
                    String.join(
                            " ",
                            result.output()
                                    .lines()
                                    .filter(line -> line.matches("(PT)?TYPE=.*"))
                                    .toList());
            return new Content.SomethingElse(types.isEmpty() ? result.output() : types);
        }
        return new Content.SomethingElse(
                "bytes that are not zero at "
                        + found
                        + ", and blkid ended with "
                        + result.status()
                        + ": "
                        + result.output());
    }
}
