package storage.dispersive.blockdevice.nbd.protocol;

import java.util.Optional;

/** "Option reply types": a server's answers in the handshake. Errors have the highest bit set. */
public enum NbdOptionReply {
    ACK(1),
    SERVER(2),
    INFO(3),
    ERR_UNSUP(0x8000_0001),
    ERR_POLICY(0x8000_0002),
    ERR_INVALID(0x8000_0003),
    ERR_PLATFORM(0x8000_0004),
    ERR_TLS_REQD(0x8000_0005),
    ERR_UNKNOWN(0x8000_0006),
    ERR_SHUTDOWN(0x8000_0007),
    ERR_BLOCK_SIZE_REQD(0x8000_0008),
    ERR_TOO_BIG(0x8000_0009);

    private final int code;

    NbdOptionReply(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static boolean isError(int code) {
        return code < 0;
    }

    public static Optional<NbdOptionReply> of(int code) {
        for (NbdOptionReply reply : values()) {
            if (reply.code == code) {
                return Optional.of(reply);
            }
        }
        return Optional.empty();
    }
}
