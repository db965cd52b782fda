package storage.dispersive.portion;

/** What a stripe is for. The codes are part of the format and never change. */
public enum StripeKind {
    /** Blocks written, zeroed or moved. */
    DATA(1),
    /** The first stripe of an epoch: the history that it adopts. No payload. */
    START(2),
    /** Map pages; reserved for checkpoints. */
    CHECKPOINT(3);

    private final int code;

    StripeKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static StripeKind of(int code) {
        return switch (code) {
            case 1 -> DATA;
            case 2 -> START;
            case 3 -> CHECKPOINT;
            default -> throw new MalformedPortionException("unknown kind of stripe: " + code);
        };
    }
}
