package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;

/**
 * A frame that has arrived whole.
 *
 * @param fields a view, valid while the sink is called
 * @param bulk owned by the sink, which hands it to a decoder or releases it; empty where the type
 *     has none
 */
public record Frame(FrameType type, long requestId, ByteBuf fields, ByteBuf bulk) {

    void requireType(FrameType expected) {
        if (type != expected) {
            throw new MalformedFrameException("expected " + expected + ", got " + type);
        }
    }

    void requireFieldsEnd() {
        if (fields.isReadable()) {
            throw new MalformedFrameException(type + " has fields that nobody knows");
        }
    }
}
