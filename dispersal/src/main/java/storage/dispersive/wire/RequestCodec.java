package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodRequest.Append;
import storage.dispersive.wire.PodRequest.DeleteSegments;
import storage.dispersive.wire.PodRequest.Describe;
import storage.dispersive.wire.PodRequest.Fence;
import storage.dispersive.wire.PodRequest.FetchShare;
import storage.dispersive.wire.PodRequest.Forget;
import storage.dispersive.wire.PodRequest.Found;
import storage.dispersive.wire.PodRequest.KeepShare;
import storage.dispersive.wire.PodRequest.ListHeaders;
import storage.dispersive.wire.PodRequest.ReadUnits;

/** Requests as frames. The layout is in {@code docs/wire-protocol.md}. Free of state. */
public final class RequestCodec {

    private RequestCodec() {}

    /** Makes the frame of a request; takes over its buffers, also when it fails. */
    public static EncodedFrame encode(
            ByteBufAllocator allocator, long requestId, PodRequest request) {
        ByteBuf bulk = request instanceof Append append ? append.portion() : Unpooled.EMPTY_BUFFER;
        return FrameFormat.encode(
                allocator, typeOf(request), requestId, out -> writeFields(out, request), bulk);
    }

    static FrameType typeOf(PodRequest request) {
        return switch (request) {
            case Found _ -> FrameType.FOUND;
            case Fence _ -> FrameType.FENCE;
            case ListHeaders _ -> FrameType.LIST_HEADERS;
            case Append _ -> FrameType.APPEND;
            case ReadUnits _ -> FrameType.READ_UNITS;
            case DeleteSegments _ -> FrameType.DELETE_SEGMENTS;
            case Forget _ -> FrameType.FORGET;
            case KeepShare _ -> FrameType.KEEP_SHARE;
            case FetchShare _ -> FrameType.FETCH_SHARE;
            case Describe _ -> FrameType.DESCRIBE;
        };
    }

    private static void writeFields(ByteBuf out, PodRequest request) {
        Fields.writeVolume(out, request.volume());
        switch (request) {
            case Found(var _, int slot, Code code) ->
                    out.writeByte(slot)
                            .writeByte(code.dataPortions())
                            .writeByte(code.parityPortions());
            case Fence fence -> {
                writeCaller(out, fence.incarnation(), fence.epoch());
                Fields.writeRun(out, fence.run());
            }
            case ListHeaders list -> {
                writeCaller(out, list.incarnation(), list.epoch());
                out.writeLong(list.cursor()).writeInt(list.maxBytes());
            }
            case Append append -> Fields.writeIncarnation(out, append.incarnation());
            case ReadUnits read -> {
                writeCaller(out, read.incarnation(), read.epoch());
                Fields.writeKey(out, read.key());
                out.writeInt(read.firstUnit()).writeInt(read.units());
            }
            case DeleteSegments delete -> {
                writeCaller(out, delete.incarnation(), delete.epoch());
                out.writeShort(delete.segments().size());
                delete.segments().forEach(segment -> out.writeLong(requireSegment(segment)));
            }
            case Forget forget -> writeCaller(out, forget.incarnation(), forget.epoch());
            case KeepShare keep -> {
                Fields.writeIncarnation(out, keep.incarnation());
                Fields.writeShare(out, keep.share());
            }
            case FetchShare fetch -> Fields.writeIncarnation(out, fetch.incarnation());
            case Describe _ -> {}
        }
    }

    private static void writeCaller(ByteBuf out, Incarnation incarnation, Epoch epoch) {
        Fields.writeIncarnation(out, incarnation);
        Fields.writeEpoch(out, epoch);
    }

    /**
     * Reads a request; takes over the frame's bulk, also when it fails.
     *
     * @throws MalformedFrameException if a field cannot be, or the frame is no request
     */
    public static PodRequest decode(Frame frame) {
        return frame.decode(whole -> readFields(whole.type(), whole.fields(), whole.bulk()));
    }

    private static PodRequest readFields(FrameType type, ByteBuf in, ByteBuf bulk) {
        if (!type.isRequest()) {
            throw new MalformedFrameException("expected a request, got " + type);
        }
        VolumeId volume = Fields.readVolume(in);
        if (type == FrameType.FOUND) {
            return new Found(
                    volume,
                    in.readUnsignedByte(),
                    new Code(in.readUnsignedByte(), in.readUnsignedByte()));
        }
        if (type == FrameType.DESCRIBE) {
            return new Describe(volume);
        }
        Incarnation incarnation = Fields.readIncarnation(in);
        if (type == FrameType.APPEND) {
            return new Append(volume, incarnation, bulk);
        }
        if (type == FrameType.KEEP_SHARE) {
            return new KeepShare(volume, incarnation, Fields.readShare(in));
        }
        if (type == FrameType.FETCH_SHARE) {
            return new FetchShare(volume, incarnation);
        }
        return readOfEpoch(type, volume, incarnation, in);
    }

    private static PodRequest readOfEpoch(
            FrameType type, VolumeId volume, Incarnation incarnation, ByteBuf in) {
        Epoch epoch = Fields.readEpoch(in);
        if (type == FrameType.FENCE) {
            return new Fence(volume, incarnation, epoch, Fields.readRun(in));
        }
        if (type == FrameType.LIST_HEADERS) {
            return new ListHeaders(volume, incarnation, epoch, in.readLong(), in.readInt());
        }
        if (type == FrameType.READ_UNITS) {
            return new ReadUnits(
                    volume, incarnation, epoch, Fields.readKey(in), in.readInt(), in.readInt());
        }
        if (type == FrameType.DELETE_SEGMENTS) {
            return new DeleteSegments(volume, incarnation, epoch, readSegments(in));
        }
        if (type == FrameType.FORGET) {
            return new Forget(volume, incarnation, epoch);
        }
        throw new MalformedFrameException("nobody knows how to read " + type);
    }

    private static List<Long> readSegments(ByteBuf in) {
        int count = in.readUnsignedShort();
        if (count > PodRequest.MAX_DELETED_SEGMENTS || 8 * count != in.readableBytes()) {
            throw new MalformedFrameException("no room for " + count + " segments");
        }
        List<Long> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            segments.add(requireSegment(in.readLong()));
        }
        return segments;
    }

    private static long requireSegment(long segment) {
        if (segment < 0) {
            throw new IllegalArgumentException("no such segment: " + segment);
        }
        return segment;
    }
}
