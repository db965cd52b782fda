package storage.dispersive.blockdevice.nbd.protocol;

import java.util.Optional;

/** The information types of {@code NBD_REP_INFO} ("Option reply types"). */
public enum NbdInfo {
    EXPORT(0),
    NAME(1),
    DESCRIPTION(2),
    BLOCK_SIZE(3);

    private final int code;

    NbdInfo(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<NbdInfo> of(int code) {
        for (NbdInfo info : values()) {
            if (info.code == code) {
                return Optional.of(info);
            }
        }
        return Optional.empty();
    }
}
