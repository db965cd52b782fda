package storage.dispersive.trials;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.seal.RunKey;
import storage.dispersive.seal.VolumeKey;

/**
 * A sealed block that was found in a segment file or on the way there, without the help of any pod.
 *
 * @param sealed all from the block on
 */
record StoredBlock(StripeHeader stripe, int ordinal, long logicalBlock, ByteBuf sealed) {

    /** Where records may begin, and how far behind that their portions do: see store-format.md. */
    private static final int SECTOR_BYTES = 512;

    private static final int RECORD_MAGIC = 0x44505245;
    private static final int RECORD_PREFIX_BYTES = 64;

    /** The first block of the first data portion with any that is in the file. */
    static Optional<StoredBlock> first(Path segment) throws IOException {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ)) {
            ByteBuf bytes =
                    Unpooled.wrappedBuffer(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()));
            int last = bytes.readableBytes() - SECTOR_BYTES;
            for (int at = 0; at <= last; at += SECTOR_BYTES) {
                if (bytes.getInt(at) == RECORD_MAGIC
                        && bytes.getInt(at + RECORD_PREFIX_BYTES) == PortionFormat.MAGIC) {
                    Optional<StoredBlock> block = firstOf(bytes, at + RECORD_PREFIX_BYTES);
                    if (block.isPresent()) {
                        return block;
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** The first block of the first data portion with any that went over a connection. */
    static Optional<StoredBlock> firstSent(byte[] toPod) {
        ByteBuf bytes = Unpooled.wrappedBuffer(toPod);
        int at = 0;
        while (at + PortionFormat.PREFIX_BYTES <= bytes.readableBytes()) {
            if (bytes.getInt(at) != PortionFormat.MAGIC) {
                at++;
                continue;
            }
            Optional<StoredBlock> block = firstOf(bytes, at);
            if (block.isPresent()) {
                return block;
            }
            at +=
                    PortionFormat.readLengths(bytes.slice(at, PortionFormat.PREFIX_BYTES))
                            .portionBytes();
        }
        return Optional.empty();
    }

    /** The first block of the portion at {@code at}, if that is a data portion with any. */
    private static Optional<StoredBlock> firstOf(ByteBuf bytes, int at) {
        ByteBuf portion = bytes.slice(at, bytes.readableBytes() - at);
        PortionHeader header = PortionFormat.readHeader(portion);
        StripeHeader stripe = header.stripe();
        if (header.index() >= stripe.code().dataPortions() || header.payloadBytes() == 0) {
            return Optional.empty();
        }
        int ordinal = header.index() * stripe.code().unitsPerPortion(stripe.blocks());
        return Optional.of(new StoredBlock(stripe, ordinal, blockAt(stripe, ordinal), portion));
    }

    private static long blockAt(StripeHeader stripe, int ordinal) {
        int before = 0;
        for (Extent extent : stripe.extents()) {
            if (ordinal < before + extent.sealedBlocks()) {
                return extent.firstBlock() + ordinal - before;
            }
            before += extent.sealedBlocks();
        }
        throw new AssertionError("no block " + ordinal + " in " + stripe);
    }

    /** What it was before it was sealed; empty with a key that is not the volume's. */
    Optional<byte[]> open(VolumeKey key) {
        byte[] plain = new byte[BlockSealer.BLOCK_BYTES];
        try (RunKey run = key.forRun(stripe.volume(), stripe.sealedBy())) {
            boolean opened =
                    run.blockSealer()
                            .open(
                                    stripe.seq(),
                                    ordinal,
                                    logicalBlock,
                                    MemorySegment.ofBuffer(sealed.nioBuffer()),
                                    0,
                                    MemorySegment.ofArray(plain),
                                    0);
            return opened ? Optional.of(plain) : Optional.empty();
        }
    }
}
