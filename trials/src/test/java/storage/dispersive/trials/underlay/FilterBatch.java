package storage.dispersive.trials.underlay;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Messages to nf_tables for bridges (linux/netfilter/nf_tables.h), of which all are done or none.
 * Numbers in attributes are in the network's order. For one thread.
 */
final class FilterBatch {

    static final int NEW_TABLE = 0xA00;
    static final int DELETE_TABLE = 0xA02;
    static final int NEW_CHAIN = 0xA03;
    static final int NEW_RULE = 0xA06;
    static final int GET_RULE = 0xA07;

    static final int REQUEST = 0x1;
    static final int ACKNOWLEDGE = 0x4;
    static final int DUMP = 0x300;
    static final int CREATE = 0x400;
    static final int APPEND = 0x800;

    static final int HEADER_BYTES = 16;

    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int SUBSYSTEM = 10;
    private static final int BRIDGE = 7;
    private static final int NESTED = 0x8000;
    private static final int ALIGNMENT = 4;
    private static final int CAPACITY_BYTES = 8 << 10;

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(CAPACITY_BYTES).order(ByteOrder.nativeOrder());
    private int start = -1;
    private int messages;

    /** Begins a batch. */
    FilterBatch begin() {
        return message(BATCH_BEGIN, REQUEST, 0, SUBSYSTEM);
    }

    /** Begins a message; the one before is complete. */
    FilterBatch message(int type, int flags) {
        return message(type, REQUEST | flags, BRIDGE, 0);
    }

    private FilterBatch message(int type, int flags, int family, int resource) {
        complete();
        start = bytes.position();
        bytes.putInt(0).putShort((short) type).putShort((short) flags).putInt(++messages).putInt(0);
        // struct nfgenmsg, whose last field is in the network's order.
        bytes.put((byte) family).put((byte) 0).put((byte) 0).put((byte) resource);
        return this;
    }

    FilterBatch text(int type, String value) {
        return bytes(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    FilterBatch number(int type, int value) {
        return bytes(type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    FilterBatch bytes(int type, byte[] value) {
        bytes.putShort((short) (Integer.BYTES + value.length)).putShort((short) type).put(value);
        while (bytes.position() % ALIGNMENT != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    FilterBatch nested(int type, Runnable content) {
        int at = bytes.position();
        bytes.putShort((short) 0).putShort((short) (type | NESTED));
        content.run();
        bytes.putShort(at, (short) (bytes.position() - at));
        return this;
    }

    /** The batch with its end, to be sent. */
    ByteBuffer whole() {
        message(BATCH_END, REQUEST, 0, SUBSYSTEM);
        return asItIs();
    }

    /** Messages that are no batch. */
    ByteBuffer asItIs() {
        complete();
        return bytes.duplicate().flip();
    }

    private void complete() {
        if (start >= 0) {
            bytes.putInt(start, bytes.position() - start);
        }
    }
}
