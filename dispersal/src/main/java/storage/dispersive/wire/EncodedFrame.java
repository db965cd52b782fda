package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;

/**
 * A frame to be sent: the head, then the bulk, which is the caller's buffer itself. They are
 * written one after the other and flushed together: a socket gathers them, and TLS cuts what it is
 * given into records of 16 KiB in any case, so that joining them first would only add a copy.
 *
 * @param bulk empty where the type has none
 */
public record EncodedFrame(ByteBuf head, ByteBuf bulk) {

    public int bytes() {
        return head.readableBytes() + bulk.readableBytes();
    }

    public void release() {
        head.release();
        bulk.release();
    }
}
