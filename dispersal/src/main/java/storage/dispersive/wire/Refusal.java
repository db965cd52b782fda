package storage.dispersive.wire;

/** Why a pod did not carry out a request. The codes are part of the wire protocol. */
public enum Refusal {
    /** The caller's epoch is below the fence, or equal and of another run. */
    FENCED(1),
    /** The request names another life of this store's disk. */
    OTHER_INCARNATION(2),
    /** The volume was never founded here, or was forgotten. */
    UNKNOWN_VOLUME(3),
    /** The store does not hold the portion, share or segment. */
    NOT_FOUND(4),
    /** The portion is there, but its bytes are not what was stored. */
    CORRUPT(5),
    /** The same identity was stored with other bytes, or the volume with another slot or code. */
    CONFLICT(6),
    /** The store has no room. */
    NO_SPACE(7),
    /** The store met an error of its disk and has closed itself until it is restarted. */
    STORE_CLOSED(8),
    /** The request cannot be: a field is out of its range, or the caller may not ask this. */
    INVALID(9),
    /** Too much is under way; ask again later. */
    BUSY(10);

    /** The codes count from 1 without gaps, in this order. */
    private static final Refusal[] BY_CODE = values();

    private final int code;

    Refusal(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Refusal of(int code) {
        if (code < 1 || code > BY_CODE.length) {
            throw new MalformedFrameException("unknown refusal: " + code);
        }
        return BY_CODE[code - 1];
    }
}
