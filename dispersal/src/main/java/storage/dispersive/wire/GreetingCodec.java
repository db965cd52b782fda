package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.Greeting.Versions;
import storage.dispersive.wire.Greeting.Welcome;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * The frames that open, keep alive and end a connection. Their layout is the same in every version
 * of the protocol, as they come before one is chosen. Free of state.
 */
public final class GreetingCodec {

    /** "DSPW". */
    static final int MAGIC = 0x44535057;

    /** Greetings answer no request. */
    private static final long NO_REQUEST = 0;

    private static final int WRITE = 1;
    private static final int READ = 2;

    private GreetingCodec() {}

    public static EncodedFrame encode(ByteBufAllocator allocator, Greeting greeting) {
        return FrameFormat.encode(
                allocator, typeOf(greeting), NO_REQUEST, out -> writeFields(out, greeting));
    }

    /** A frame without fields, {@link FrameType#PING} or {@link FrameType#PONG}. */
    public static EncodedFrame encodeEmpty(ByteBufAllocator allocator, FrameType type) {
        return FrameFormat.encode(allocator, type, NO_REQUEST, out -> {});
    }

    private static FrameType typeOf(Greeting greeting) {
        return switch (greeting) {
            case Hello _ -> FrameType.HELLO;
            case Welcome _ -> FrameType.WELCOME;
            case Denied _ -> FrameType.DENIED;
        };
    }

    private static void writeFields(ByteBuf out, Greeting greeting) {
        switch (greeting) {
            case Hello hello -> {
                out.writeInt(MAGIC);
                writeVersions(out, hello.versions());
                Fields.writeVolume(out, hello.volume());
                out.writeByte(
                        switch (hello.kind()) {
                            case WRITE -> WRITE;
                            case READ -> READ;
                        });
                out.writeByte(hello.slot());
                Fields.writeName(out, hello.pod());
            }
            case Welcome welcome -> {
                out.writeInt(MAGIC).writeShort(welcome.version());
                Fields.writeIncarnation(out, welcome.incarnation());
                out.writeInt(welcome.maxRequests()).writeInt(welcome.maxBytes());
                Fields.writeName(out, welcome.pod());
            }
            case Denied denied -> {
                out.writeByte(denied.reason().code());
                writeVersions(out, denied.versions());
                WireText.write(out, denied.detail());
            }
        }
    }

    private static void writeVersions(ByteBuf out, Versions versions) {
        out.writeShort(versions.lowest()).writeShort(versions.highest());
    }

    /**
     * Reads a greeting.
     *
     * @throws MalformedFrameException if a field cannot be, or the frame is no greeting
     */
    public static Greeting decode(Frame frame) {
        Greeting greeting = frame.decode(GreetingCodec::readFields);
        frame.bulk().release();
        return greeting;
    }

    private static Greeting readFields(Frame frame) {
        ByteBuf in = frame.fields();
        if (frame.type() == FrameType.HELLO) {
            requireMagic(in);
            Versions versions = readVersions(in);
            VolumeId volume = Fields.readVolume(in);
            return new Hello(
                    versions, volume, readKind(in), in.readUnsignedByte(), Fields.readName(in));
        }
        if (frame.type() == FrameType.WELCOME) {
            requireMagic(in);
            int version = in.readUnsignedShort();
            var incarnation = Fields.readIncarnation(in);
            int maxRequests = in.readInt();
            int maxBytes = in.readInt();
            return new Welcome(version, Fields.readName(in), incarnation, maxRequests, maxBytes);
        }
        frame.requireType(FrameType.DENIED);
        return new Denied(Reason.of(in.readUnsignedByte()), readVersions(in), WireText.read(in));
    }

    private static SessionKind readKind(ByteBuf in) {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case WRITE -> SessionKind.WRITE;
            case READ -> SessionKind.READ;
            default -> throw new MalformedFrameException("unknown kind of session: " + kind);
        };
    }

    private static Versions readVersions(ByteBuf in) {
        return new Versions(in.readUnsignedShort(), in.readUnsignedShort());
    }

    private static void requireMagic(ByteBuf in) {
        if (in.readInt() != MAGIC) {
            throw new MalformedFrameException("the first frame has not the protocol's mark");
        }
    }
}
