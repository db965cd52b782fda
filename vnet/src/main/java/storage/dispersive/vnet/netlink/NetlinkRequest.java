package storage.dispersive.vnet.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One or more netlink messages in the making (struct nlmsghdr, then a family's header, then
 * attributes). Numbers are in the machine's order, but where a method says otherwise. For one
 * thread.
 */
final class NetlinkRequest {

    static final short REQUEST = 0x1;
    static final short ACKNOWLEDGE = 0x4;
    static final short CREATE = 0x400;
    static final short EXCLUSIVE = 0x200;
    static final short REPLACE = 0x100;
    static final short APPEND = 0x800;
    static final short DUMP = 0x300;

    static final int HEADER_BYTES = 16;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int ATTRIBUTE_BYTES = 4;
    private static final int ALIGNMENT = 4;
    private static final short NESTED = (short) 0x8000;
    private static final int CAPACITY_BYTES = 16 << 10;

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(CAPACITY_BYTES).order(ByteOrder.nativeOrder());
    private int messageStart = -1;
    private int firstSequence;

    /** Begins a message; the one before is complete. */
    NetlinkRequest begin(int type, int flags, int sequence) {
        end();
        firstSequence = messageStart < 0 ? sequence : firstSequence;
        messageStart = bytes.position();
        bytes.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
        return this;
    }

    NetlinkRequest putByte(int value) {
        bytes.put((byte) value);
        return this;
    }

    NetlinkRequest putShort(int value) {
        bytes.putShort((short) value);
        return this;
    }

    NetlinkRequest putInt(int value) {
        bytes.putInt(value);
        return this;
    }

    NetlinkRequest putLong(long value) {
        bytes.putLong(value);
        return this;
    }

    /** An attribute of bytes as they are. */
    NetlinkRequest attribute(int type, byte[] value) {
        bytes.putShort((short) (ATTRIBUTE_BYTES + value.length)).putShort((short) type).put(value);
        align();
        return this;
    }

    NetlinkRequest attributeInt(int type, int value) {
        bytes.putShort((short) (ATTRIBUTE_BYTES + Integer.BYTES)).putShort((short) type);
        bytes.putInt(value);
        return this;
    }

    /** An attribute of a number in the network's order. */
    NetlinkRequest attributeIntOnTheWire(int type, int value) {
        return attribute(type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /** An attribute of a number in the network's order. */
    NetlinkRequest attributeShortOnTheWire(int type, int value) {
        return attribute(type, ByteBuffer.allocate(Short.BYTES).putShort((short) value).array());
    }

    NetlinkRequest attributeByte(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    NetlinkRequest attributeText(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** Attributes within an attribute. */
    NetlinkRequest nested(int type, Runnable content) {
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) (type | NESTED));
        content.run();
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    int firstSequence() {
        return firstSequence;
    }

    int lastSequence() {
        return bytes.getInt(messageStart + SEQUENCE_OFFSET);
    }

    /** All messages, ready to be sent. */
    ByteBuffer datagram() {
        end();
        return bytes.duplicate().flip();
    }

    private void end() {
        if (messageStart >= 0) {
            bytes.putInt(messageStart, bytes.position() - messageStart);
        }
    }

    private void align() {
        while (bytes.position() % ALIGNMENT != 0) {
            bytes.put((byte) 0);
        }
    }
}
