package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import java.util.function.Function;

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

    /**
     * Reads what the frame carries. Its bulk goes to what {@code reader} makes of it, and is
     * released when that fails.
     *
     * @throws MalformedFrameException if a field cannot be, or there are too few or too many
     */
    <T> T decode(Function<Frame, T> reader) {
        boolean handedOn = false;
        try {
            T decoded = reader.apply(this);
            if (fields.isReadable()) {
                throw new MalformedFrameException(type + " has fields that nobody knows");
            }
            handedOn = true;
            return decoded;
        } catch (MalformedFrameException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()));
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedFrameException(type + " ends in the middle of a field");
        } finally {
            if (!handedOn) {
                bulk.release();
            }
        }
    }
}
