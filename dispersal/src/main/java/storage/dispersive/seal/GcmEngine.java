package storage.dispersive.seal;

import storage.dispersive.foreign.LibCrypto;

/** Who computes AES-GCM, and the contexts of the calling thread for it. */
enum GcmEngine {
    LIBCRYPTO,
    PORTABLE;

    static final GcmEngine CHOSEN = LibCrypto.isPresent() ? LIBCRYPTO : PORTABLE;

    private static final ThreadLocal<LibcryptoGcm> LIBCRYPTO_SEALING =
            ThreadLocal.withInitial(LibcryptoGcm::forSealing);
    private static final ThreadLocal<LibcryptoGcm> LIBCRYPTO_OPENING =
            ThreadLocal.withInitial(LibcryptoGcm::forOpening);
    private static final ThreadLocal<JdkGcm> JDK = ThreadLocal.withInitial(JdkGcm::new);

    GcmContext sealing() {
        return switch (this) {
            case LIBCRYPTO -> LIBCRYPTO_SEALING.get();
            case PORTABLE -> JDK.get();
        };
    }

    GcmContext opening() {
        return switch (this) {
            case LIBCRYPTO -> LIBCRYPTO_OPENING.get();
            case PORTABLE -> JDK.get();
        };
    }

    String label() {
        return switch (this) {
            case LIBCRYPTO -> LibCrypto.name();
            case PORTABLE -> "portable";
        };
    }
}
