package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.wire.PodReply.Appended;
import storage.dispersive.wire.PodReply.Damage;
import storage.dispersive.wire.PodReply.Deleted;
import storage.dispersive.wire.PodReply.Description;
import storage.dispersive.wire.PodReply.Fenced;
import storage.dispersive.wire.PodReply.Forgotten;
import storage.dispersive.wire.PodReply.Founded;
import storage.dispersive.wire.PodReply.Headers;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodReply.Share;
import storage.dispersive.wire.PodReply.ShareKept;
import storage.dispersive.wire.PodReply.Units;

/** Replies as frames. The layout is in {@code docs/wire-protocol.md}. Free of state. */
public final class ReplyCodec {

    private static final int NOTHING = 0;
    private static final int SOMETHING = 1;

    private ReplyCodec() {}

    /** Makes the frame of a reply; takes over its buffers, also when it fails. */
    public static EncodedFrame encode(ByteBufAllocator allocator, long requestId, PodReply reply) {
        return FrameFormat.encode(
                allocator, typeOf(reply), requestId, out -> writeFields(out, reply), bulk(reply));
    }

    /** The buffer that comes with a reply, and is whoever's the reply is. */
    public static ByteBuf bulk(PodReply reply) {
        return switch (reply) {
            case Headers headers -> headers.headers();
            case Units units -> units.units();
            case Founded _, Fenced _, Appended _, Deleted _, Forgotten _ -> Unpooled.EMPTY_BUFFER;
            case ShareKept _, Share _, Description _, Refused _ -> Unpooled.EMPTY_BUFFER;
        };
    }

    static FrameType typeOf(PodReply reply) {
        return switch (reply) {
            case Founded _ -> FrameType.FOUNDED;
            case Fenced _ -> FrameType.FENCED;
            case Headers _ -> FrameType.HEADERS;
            case Appended _ -> FrameType.APPENDED;
            case Units _ -> FrameType.UNITS;
            case Deleted _ -> FrameType.DELETED;
            case Forgotten _ -> FrameType.FORGOTTEN;
            case ShareKept _ -> FrameType.SHARE_KEPT;
            case Share _ -> FrameType.SHARE;
            case Description _ -> FrameType.DESCRIPTION;
            case Refused _ -> FrameType.REFUSED;
        };
    }

    private static void writeFields(ByteBuf out, PodReply reply) {
        switch (reply) {
            case Founded(Incarnation incarnation) -> Fields.writeIncarnation(out, incarnation);
            case Headers headers -> {
                out.writeLong(requireCursor(headers.nextCursor()));
                out.writeByte(
                        switch (headers.damage()) {
                            case NONE -> NOTHING;
                            case SOME -> SOMETHING;
                        });
            }
            case Share(byte[] share) -> Fields.writeShare(out, share);
            case Description description -> writeDescription(out, description);
            case Refused refused -> {
                out.writeByte(refused.refusal().code());
                Fields.writeEpoch(out, refused.fence());
                WireText.write(out, refused.detail());
            }
            case Units units -> requireWholeUnits(units.units().readableBytes());
            case Fenced _, Appended _, Deleted _, Forgotten _, ShareKept _ -> {}
        }
    }

    private static void writeDescription(ByteBuf out, Description description) {
        Fields.writeIncarnation(out, description.incarnation());
        out.writeByte(
                switch (description.presence()) {
                    case UNKNOWN -> NOTHING;
                    case FOUNDED -> SOMETHING;
                });
        Fields.writeEpoch(out, description.fence());
        out.writeLong(requireCount(description.portions()));
        out.writeLong(requireCount(description.volumeBytes()));
        out.writeLong(requireCount(description.freeBytes()));
    }

    /**
     * Reads a reply; takes over the frame's bulk, also when it fails.
     *
     * @throws MalformedFrameException if a field cannot be, or the frame is no reply
     */
    public static PodReply decode(Frame frame) {
        return frame.decode(whole -> readFields(whole.type(), whole.fields(), whole.bulk()));
    }

    private static PodReply readFields(FrameType type, ByteBuf in, ByteBuf bulk) {
        return switch (type) {
            case FOUNDED -> new Founded(Fields.readIncarnation(in));
            case FENCED -> new Fenced();
            case HEADERS -> new Headers(bulk, requireCursor(in.readLong()), readDamage(in));
            case APPENDED -> new Appended();
            case UNITS -> {
                requireWholeUnits(bulk.readableBytes());
                yield new Units(bulk);
            }
            case DELETED -> new Deleted();
            case FORGOTTEN -> new Forgotten();
            case SHARE_KEPT -> new ShareKept();
            case SHARE -> new Share(Fields.readShare(in));
            case DESCRIPTION -> readDescription(in);
            case REFUSED ->
                    new Refused(
                            Refusal.of(in.readUnsignedByte()),
                            Fields.readEpoch(in),
                            WireText.read(in));
            case HELLO, WELCOME, DENIED, PING, PONG, FOUND, FENCE, LIST_HEADERS, APPEND ->
                    throw notAReply(type);
            case READ_UNITS, DELETE_SEGMENTS, FORGET, KEEP_SHARE, FETCH_SHARE, DESCRIBE ->
                    throw notAReply(type);
        };
    }

    private static Description readDescription(ByteBuf in) {
        return new Description(
                Fields.readIncarnation(in),
                isSomething(in) ? Presence.FOUNDED : Presence.UNKNOWN,
                Fields.readEpoch(in),
                requireCount(in.readLong()),
                requireCount(in.readLong()),
                requireCount(in.readLong()));
    }

    private static Damage readDamage(ByteBuf in) {
        return isSomething(in) ? Damage.SOME : Damage.NONE;
    }

    private static boolean isSomething(ByteBuf in) {
        int value = in.readUnsignedByte();
        if (value > SOMETHING) {
            throw new MalformedFrameException("neither yes nor no: " + value);
        }
        return value == SOMETHING;
    }

    private static long requireCursor(long cursor) {
        if (cursor < Headers.END) {
            throw new IllegalArgumentException("no such cursor: " + cursor);
        }
        return cursor;
    }

    private static long requireCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("fewer than nothing: " + count);
        }
        return count;
    }

    private static void requireWholeUnits(int bytes) {
        if (bytes % PortionFormat.UNIT_BYTES != 0) {
            throw new IllegalArgumentException(bytes + " bytes are not whole units");
        }
    }

    private static MalformedFrameException notAReply(FrameType type) {
        return new MalformedFrameException("expected a reply, got " + type);
    }
}
