package storage.dispersive.blockdevice.nbd.protocol;

import org.jspecify.annotations.Nullable;

/** "Request types", each with the command flags that this implementation accepts for it. */
public enum NbdCommand {
    READ(0, NbdWire.FUA),
    WRITE(1, NbdWire.FUA),
    DISC(2, NbdWire.FUA),
    FLUSH(3, NbdWire.FUA),
    TRIM(4, NbdWire.FUA),
    WRITE_ZEROES(6, NbdWire.FUA | NbdWire.NO_HOLE | NbdWire.FAST_ZERO);

    private static final @Nullable NbdCommand[] BY_CODE = {
        READ, WRITE, DISC, FLUSH, TRIM, null, WRITE_ZEROES
    };

    private final int code;
    private final int flags;

    NbdCommand(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    public int code() {
        return code;
    }

    /** Whether all flags set may accompany this command ("Command flags"). */
    public boolean allows(int commandFlags) {
        return (commandFlags & ~flags) == 0;
    }

    /** Null for a command that this implementation does not know; no wrapper on the hot path. */
    public static @Nullable NbdCommand of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
