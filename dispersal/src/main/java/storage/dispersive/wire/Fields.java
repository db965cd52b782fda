package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

/** How the vocabulary of the log stands in a frame. Records check what is read. */
final class Fields {

    private Fields() {}

    static void writeVolume(ByteBuf out, VolumeId volume) {
        out.writeLong(volume.high()).writeLong(volume.low());
    }

    static VolumeId readVolume(ByteBuf in) {
        return new VolumeId(in.readLong(), in.readLong());
    }

    static void writeIncarnation(ByteBuf out, Incarnation incarnation) {
        out.writeLong(incarnation.value());
    }

    static Incarnation readIncarnation(ByteBuf in) {
        return new Incarnation(in.readLong());
    }

    static void writeEpoch(ByteBuf out, Epoch epoch) {
        out.writeLong(epoch.generation()).writeLong(epoch.run());
    }

    static Epoch readEpoch(ByteBuf in) {
        return new Epoch(in.readLong(), in.readLong());
    }

    static void writeRun(ByteBuf out, RunId run) {
        out.writeLong(run.high()).writeLong(run.low());
    }

    static RunId readRun(ByteBuf in) {
        return new RunId(in.readLong(), in.readLong());
    }

    static void writeKey(ByteBuf out, PortionKey key) {
        requireIndex(key.index());
        writeEpoch(out, key.epoch());
        out.writeLong(key.seq()).writeInt(key.attempt()).writeByte(key.index());
    }

    static PortionKey readKey(ByteBuf in) {
        Epoch epoch = readEpoch(in);
        long seq = in.readLong();
        int attempt = in.readInt();
        int index = in.readUnsignedByte();
        requireIndex(index);
        return new PortionKey(epoch, seq, attempt, index);
    }

    static void writeShare(ByteBuf out, byte[] share) {
        out.writeShort(share.length).writeBytes(share);
    }

    static byte[] readShare(ByteBuf in) {
        int bytes = in.readUnsignedShort();
        if (bytes < 1 || bytes > PodRequest.MAX_SHARE_BYTES || bytes > in.readableBytes()) {
            throw new MalformedFrameException("a share cannot have " + bytes + " bytes here");
        }
        byte[] share = new byte[bytes];
        in.readBytes(share);
        return share;
    }

    static PodName readName(ByteBuf in) {
        int chars = in.readUnsignedByte();
        if (chars > in.readableBytes()) {
            throw new MalformedFrameException("a name ends in its middle");
        }
        byte[] name = new byte[chars];
        in.readBytes(name);
        return new PodName(new String(name, StandardCharsets.ISO_8859_1));
    }

    static void writeName(ByteBuf out, PodName name) {
        byte[] bytes = name.value().getBytes(StandardCharsets.US_ASCII);
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    private static void requireIndex(int index) {
        if (index >= Code.MAX_PORTIONS) {
            throw new IllegalArgumentException("no such portion: index " + index);
        }
    }
}
