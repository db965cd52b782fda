package storage.dispersive.blockdevice.nbd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/**
 * Native memory for one payload, with room in front for the header of the reply that carries it, so
 * that both leave in one piece.
 *
 * <p>Thread contract: one owner at a time; the owner hands it over safely.
 */
final class PooledBuffer {

    /** A cache line; the header lies at its end, right before the payload. */
    private static final int ROOM_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private final int capacityBytes;
    private final MemorySegment payload;
    private final ByteBuffer bytes;
    private MemorySegment lastView;

    PooledBuffer(int capacityBytes) {
        this.capacityBytes = capacityBytes;
        MemorySegment all = arena.allocate((long) ROOM_BYTES + capacityBytes, ROOM_BYTES);
        payload = all.asSlice(ROOM_BYTES);
        bytes = all.asByteBuffer();
        lastView = payload;
    }

    int capacityBytes() {
        return capacityBytes;
    }

    /** The first {@code length} bytes for the disk. Requests tend to be of one size: no garbage. */
    MemorySegment payload(int length) {
        if (lastView.byteSize() != length) {
            lastView = payload.asSlice(0, length);
        }
        return lastView;
    }

    /** The first {@code length} bytes for filling from a socket. */
    ByteBuffer payloadBytes(int length) {
        return bytes.limit(ROOM_BYTES + length).position(ROOM_BYTES);
    }

    /** From the place where the header goes to the end of a payload of {@code length} bytes. */
    ByteBuffer headerAndPayload(int length) {
        return bytes.limit(ROOM_BYTES + length).position(ROOM_BYTES - NbdWire.SIMPLE_REPLY_BYTES);
    }

    void free() {
        arena.close();
    }
}
