package storage.dispersive.volume.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.StripeFormat;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.seal.RunKey;
import storage.dispersive.volume.pods.Tenure;

/**
 * Breaks a sealed stripe up into portions: slices of its blocks, and parity that it computes, each
 * behind a header of its own. Used on the loop's thread only.
 */
public final class Disperser {

    private static final int MAC_BYTES = PortionFormat.MAC_BYTES;

    private final Tenure tenure;
    private final RunKey senderKey;
    private final ByteBufAllocator buffers;

    public Disperser(Tenure tenure, RunKey senderKey, ByteBufAllocator buffers) {
        this.tenure = tenure;
        this.senderKey = senderKey;
        this.buffers = buffers;
    }

    /** The header that all portions of this attempt will have. */
    StripeHeader header(
            SealedStripe stripe, int attempt, Code code, List<Holder> holders, long startSeq) {
        return new StripeHeader(
                tenure.volume(),
                tenure.epoch(),
                tenure.run(),
                stripe.seq(),
                attempt,
                stripe.kind(),
                code,
                stripe.standing().committedThrough(),
                startSeq,
                stripe.standing().segment(),
                stripe.sealedBy(),
                holders,
                stripe.extents(),
                stripe.standing().laterAttempts(),
                stripe.history());
    }

    /** The portions of a stripe, by index; each is the caller's to release. */
    List<ByteBuf> disperse(SealedStripe stripe, StripeHeader header) {
        Code code = header.code();
        int full = code.unitsPerPortion(stripe.blocks());
        byte[] stripePart = encode(header);
        List<ByteBuf> portions = new ArrayList<>(code.portions());
        ByteBuf[] data = new ByteBuf[code.dataPortions()];
        for (int index = 0; index < data.length; index++) {
            int first = Math.min(index * full, stripe.blocks());
            int units = code.unitsIn(index, stripe.blocks());
            data[index] = stripe.blocks(first, units);
            int[] sums = stripe.sums(first, units);
            portions.add(portion(stripePart, index, sums, data[index].retain()));
        }
        for (ByteBuf parity : parity(code, data, full * PortionFormat.UNIT_BYTES)) {
            int[] sums = SealedStripe.sumUnits(parity);
            portions.add(portion(stripePart, portions.size(), sums, parity));
        }
        return portions;
    }

    private List<ByteBuf> parity(Code code, ByteBuf[] data, int bytes) {
        List<ByteBuf> parity = new ArrayList<>(code.parityPortions());
        MemorySegment[] to = new MemorySegment[code.parityPortions()];
        for (int i = 0; i < to.length; i++) {
            ByteBuf buffer = buffers.directBuffer(Math.max(1, bytes));
            buffer.writerIndex(bytes);
            parity.add(buffer);
            to[i] = segment(buffer);
        }
        if (bytes > 0) {
            MemorySegment[] from = new MemorySegment[data.length];
            for (int i = 0; i < from.length; i++) {
                from[i] = segment(data[i]);
            }
            ErasureCode.of(code.dataPortions(), code.parityPortions()).encode(from, to, bytes);
        }
        return parity;
    }

    private ByteBuf portion(byte[] stripePart, int index, int[] sums, ByteBuf payload) {
        int headerBytes = PortionFormat.headerBytes(stripePart.length - MAC_BYTES, sums.length);
        ByteBuf head = buffers.directBuffer(headerBytes);
        PortionFormat.writeHeader(head, stripePart, index, sums);
        if (!payload.isReadable()) {
            payload.release();
            return head;
        }
        return buffers.compositeDirectBuffer(2).addComponents(true, head, payload);
    }

    /** The stripe's part of the header, and its MAC behind it. */
    private byte[] encode(StripeHeader header) {
        ByteBuf part = buffers.heapBuffer();
        try {
            StripeFormat.write(part, header);
            byte[] bytes = new byte[part.readableBytes() + MAC_BYTES];
            int length = part.readableBytes();
            part.readBytes(bytes, 0, length);
            MemorySegment all = MemorySegment.ofArray(bytes);
            senderKey.headerMac().compute(all, 0, length, all, length);
            return bytes;
        } finally {
            part.release();
        }
    }

    private static MemorySegment segment(ByteBuf buffer) {
        return MemorySegment.ofBuffer(buffer.nioBuffer());
    }
}
