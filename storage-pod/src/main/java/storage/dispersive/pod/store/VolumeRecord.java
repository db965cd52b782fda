package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodRequest;

/**
 * What a store must never forget of a volume, in one file that is replaced as a whole.
 *
 * @param fence the highest epoch that was fenced for; {@link Epoch#ZERO} before the first
 * @param run that fenced
 * @param share of the volume's key; empty when none was given
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, compared by sameShare
record VolumeRecord(VolumeId id, int slot, Code code, Epoch fence, RunId run, byte[] share) {

    private static final int MAGIC = 0x4450564f;
    private static final byte[] NO_SHARE = {};

    VolumeRecord {
        if (slot < 0 || slot >= code.portions() || share.length > PodRequest.MAX_SHARE_BYTES) {
            throw new IllegalArgumentException("slot " + slot + " of " + code);
        }
    }

    static VolumeRecord founded(VolumeId id, int slot, Code code) {
        return new VolumeRecord(id, slot, code, Epoch.ZERO, RunId.NONE, NO_SHARE);
    }

    VolumeRecord withFence(Epoch epoch, RunId by) {
        return new VolumeRecord(id, slot, code, epoch, by, share);
    }

    VolumeRecord withShare(byte[] kept) {
        return new VolumeRecord(id, slot, code, fence, run, kept.clone());
    }

    boolean hasShare() {
        return share.length > 0;
    }

    boolean sameShare(byte[] other) {
        return Arrays.equals(share, other);
    }

    ByteBuf encode() {
        ByteBuf body = Unpooled.buffer(64 + share.length);
        body.writeLong(id.high()).writeLong(id.low());
        body.writeByte(slot).writeByte(code.dataPortions()).writeByte(code.parityPortions());
        body.writeByte(0);
        body.writeLong(fence.generation()).writeLong(fence.run());
        body.writeLong(run.high()).writeLong(run.low());
        body.writeShort(share.length).writeBytes(share);
        return Envelope.seal(MAGIC, body);
    }

    static VolumeRecord decode(ByteBuf in)
            throws Envelope.DamagedException, Envelope.FutureFormatException {
        ByteBuf body = Envelope.open(MAGIC, in);
        try {
            VolumeId id = new VolumeId(body.readLong(), body.readLong());
            int slot = body.readUnsignedByte();
            Code code = new Code(body.readUnsignedByte(), body.readUnsignedByte());
            body.skipBytes(1);
            Epoch fence = new Epoch(body.readLong(), body.readLong());
            RunId run = new RunId(body.readLong(), body.readLong());
            byte[] share = new byte[body.readUnsignedShort()];
            body.readBytes(share);
            return new VolumeRecord(id, slot, code, fence, run, share);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Envelope.DamagedException("says what cannot be: " + e.getMessage());
        }
    }
}
