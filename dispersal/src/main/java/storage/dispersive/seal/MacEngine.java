package storage.dispersive.seal;

import storage.dispersive.foreign.HmacSha256Context;

/** Who computes HMAC-SHA256, and the calling thread's context for it. */
enum MacEngine {
    LIBCRYPTO,
    PORTABLE;

    static final MacEngine CHOSEN = HmacSha256Context.isPresent() ? LIBCRYPTO : PORTABLE;

    private static final ThreadLocal<LibcryptoMac> LIBCRYPTO_MAC =
            ThreadLocal.withInitial(LibcryptoMac::new);
    private static final ThreadLocal<JdkMac> JDK_MAC = ThreadLocal.withInitial(JdkMac::new);

    MacContext context() {
        return switch (this) {
            case LIBCRYPTO -> LIBCRYPTO_MAC.get();
            case PORTABLE -> JDK_MAC.get();
        };
    }
}
