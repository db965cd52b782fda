package storage.dispersive.blockdevice.nbd.protocol;

import java.util.Optional;

/** "Option types": what a client may ask for in the handshake. */
public enum NbdOption {
    EXPORT_NAME(1),
    ABORT(2),
    LIST(3),
    STARTTLS(5),
    INFO(6),
    GO(7),
    STRUCTURED_REPLY(8),
    LIST_META_CONTEXT(9),
    SET_META_CONTEXT(10);

    private final int code;

    NbdOption(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Empty for options that this implementation has never heard of. */
    public static Optional<NbdOption> of(int code) {
        for (NbdOption option : values()) {
            if (option.code == code) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
