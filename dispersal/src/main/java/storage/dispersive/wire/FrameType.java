package storage.dispersive.wire;

import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.PortionFormat;

/**
 * What a frame carries, and how long its two parts may be. The codes are part of the protocol and
 * never change. The fields are covered by the frame's checksum; the bulk has checksums of its own.
 */
public enum FrameType {
    HELLO(0x01, 27, 27 + PodName.MAX_CHARS),
    WELCOME(0x02, 23, 23 + PodName.MAX_CHARS),
    DENIED(0x03, 7, 7 + WireText.MAX_BYTES),
    PING(0x04, 0, 0),
    PONG(0x05, 0, 0),

    FOUND(0x10, 19, 19),
    FENCE(0x11, 56, 56),
    LIST_HEADERS(0x12, 52, 52),
    APPEND(0x13, 24, 24, PortionFormat.PREFIX_BYTES, PortionFormat.MAX_PORTION_BYTES),
    READ_UNITS(0x14, 77, 77),
    DELETE_SEGMENTS(0x15, 42, 42 + 8 * PodRequest.MAX_DELETED_SEGMENTS),
    FORGET(0x16, 40, 40),
    KEEP_SHARE(0x17, 27, 26 + PodRequest.MAX_SHARE_BYTES),
    FETCH_SHARE(0x18, 24, 24),
    DESCRIBE(0x19, 16, 16),

    FOUNDED(0x40, 8, 8),
    FENCED(0x41, 0, 0),
    HEADERS(0x42, 9, 9, 0, PodRequest.MAX_LIST_BYTES),
    APPENDED(0x43, 0, 0),
    UNITS(0x44, 0, 0, PortionFormat.UNIT_BYTES, PortionFormat.MAX_PAYLOAD_BYTES),
    DELETED(0x45, 0, 0),
    FORGOTTEN(0x46, 0, 0),
    SHARE_KEPT(0x47, 0, 0),
    SHARE(0x48, 3, 2 + PodRequest.MAX_SHARE_BYTES),
    DESCRIPTION(0x49, 49, 49),
    REFUSED(0x4A, 19, 19 + WireText.MAX_BYTES);

    private static final int FIRST_REQUEST = 0x10;
    private static final int FIRST_REPLY = 0x40;
    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int minFieldBytes;
    private final int maxFieldBytes;
    private final int minBulkBytes;
    private final int maxBulkBytes;

    FrameType(int code, int minFieldBytes, int maxFieldBytes) {
        this(code, minFieldBytes, maxFieldBytes, 0, 0);
    }

    FrameType(int code, int minFieldBytes, int maxFieldBytes, int minBulkBytes, int maxBulkBytes) {
        this.code = code;
        this.minFieldBytes = minFieldBytes;
        this.maxFieldBytes = maxFieldBytes;
        this.minBulkBytes = minBulkBytes;
        this.maxBulkBytes = maxBulkBytes;
    }

    /** Whether an engine says this to a pod, after the greeting. */
    public boolean isRequest() {
        return code >= FIRST_REQUEST && code < FIRST_REPLY;
    }

    /** Whether a pod says this to an engine, about one request. */
    public boolean isReply() {
        return code >= FIRST_REPLY;
    }

    int code() {
        return code;
    }

    static FrameType of(int code) {
        FrameType type = BY_CODE[code];
        if (type == null) {
            throw new MalformedFrameException("unknown type of frame: " + code);
        }
        return type;
    }

    void checkLengths(int fieldBytes, long bulkBytes) {
        if (fieldBytes < minFieldBytes || fieldBytes > maxFieldBytes) {
            throw new MalformedFrameException(this + " cannot have fields of " + fieldBytes);
        }
        if (bulkBytes < minBulkBytes || bulkBytes > maxBulkBytes) {
            throw new MalformedFrameException(this + " cannot have a bulk of " + bulkBytes);
        }
    }
}
