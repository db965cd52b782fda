package storage.dispersive.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * OpenSSL 3's libcrypto: the few functions of {@code openssl/evp.h} that {@link AesGcmContext}
 * needs. Those on the path of a block are linked as critical (none blocks; the longest works for
 * some two microseconds) and take pointers as {@code long}, so that a call allocates nothing, even
 * under a compiler that does not inline. Stateless, safe for all threads.
 */
public final class LibCrypto {

    private static final String SONAME = "libcrypto.so.3";

    private static final NativeLibrary LIBRARY =
            NativeLibrary.find(
                    NativePreference.current(),
                    SONAME,
                    "OpenSSL_version",
                    "EVP_CIPHER_fetch",
                    "EVP_CIPHER_CTX_new",
                    "EVP_CIPHER_CTX_free",
                    "EVP_CIPHER_CTX_ctrl",
                    "EVP_CipherInit_ex",
                    "EVP_CipherUpdate",
                    "EVP_CipherFinal_ex");

    /** {@code const char *OpenSSL_version(int type)}: a static text. */
    private static final MethodHandle VERSION =
            LIBRARY.link("OpenSSL_version", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private static final int OPENSSL_VERSION_STRING = 6;

    /**
     * {@code EVP_CIPHER *EVP_CIPHER_fetch(OSSL_LIB_CTX *ctx, const char *algorithm, const char
     * *properties)}: null contexts and properties mean the default ones. May load a provider, so it
     * is not critical.
     */
    private static final MethodHandle CIPHER_FETCH =
            LIBRARY.link(
                    "EVP_CIPHER_fetch",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG));

    /** {@code EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void)}. */
    private static final MethodHandle CTX_NEW =
            LIBRARY.link("EVP_CIPHER_CTX_new", FunctionDescriptor.of(JAVA_LONG));

    /** {@code void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *ctx)}: wipes the key schedule as well. */
    private static final MethodHandle CTX_FREE =
            LIBRARY.link("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));

    private static final FunctionDescriptor INIT_WITH_KEY =
            FunctionDescriptor.of(
                    JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);

    /**
     * {@code int EVP_CipherInit_ex(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, ENGINE *engine,
     * const unsigned char *key, const unsigned char *iv, int enc)}, to choose the cipher. It makes
     * the provider's context, so it is not critical. 1 is success, as in all that follow.
     */
    private static final MethodHandle CHOOSE_CIPHER =
            LIBRARY.link("EVP_CipherInit_ex", INIT_WITH_KEY);

    /** The same function to set a key that is on Java's heap: computes the key schedule. */
    private static final MethodHandle SET_KEY =
            LIBRARY.link("EVP_CipherInit_ex", INIT_WITH_KEY, Linker.Option.critical(true));

    /** The same function to set a nonce and start a message; -1 as {@code enc} keeps direction. */
    private static final MethodHandle SET_NONCE =
            LIBRARY.link(
                    "EVP_CipherInit_ex",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_INT),
                    Linker.Option.critical(false));

    /**
     * {@code int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outl, const
     * unsigned char *in, int inl)}; with a null {@code out} the input is additional data.
     */
    private static final MethodHandle UPDATE =
            LIBRARY.link(
                    "EVP_CipherUpdate",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT),
                    Linker.Option.critical(false));

    /**
     * {@code int EVP_CipherFinal_ex(EVP_CIPHER_CTX *ctx, unsigned char *outm, int *outl)}: makes
     * the tag, or compares it: 0 or less when it differs.
     */
    private static final MethodHandle FINAL =
            LIBRARY.link(
                    "EVP_CipherFinal_ex",
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.critical(false));

    /**
     * {@code int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *ctx, int type, int arg, void *ptr)}, to get
     * the tag after sealing or to set the expected one before opening.
     */
    private static final MethodHandle CTRL =
            LIBRARY.link(
                    "EVP_CIPHER_CTX_ctrl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG),
                    Linker.Option.critical(false));

    static final int CTRL_GET_TAG = 0x10;
    static final int CTRL_SET_TAG = 0x11;
    static final int SUCCESS = 1;

    private static final int KEEP_DIRECTION = -1;

    private static final long AES_256_GCM = LIBRARY.isPresent() ? fetch("AES-256-GCM") : 0;

    private LibCrypto() {}

    /** Whether the library is there and knows AES-256-GCM. */
    public static boolean isPresent() {
        return AES_256_GCM != 0;
    }

    /** For status: {@code libcrypto 3.0.19}. Empty when absent. */
    public static String name() {
        if (!isPresent()) {
            return "";
        }
        try {
            MemorySegment text = (MemorySegment) VERSION.invokeExact(OPENSSL_VERSION_STRING);
            return "libcrypto " + text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("OpenSSL_version", thrown);
        }
    }

    private static long fetch(String algorithm) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) CIPHER_FETCH.invokeExact(0L, arena.allocateFrom(algorithm), 0L);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CIPHER_fetch", thrown);
        }
    }

    /** A new context for AES-256-GCM; {@code encrypt} is 1 or 0. The caller frees it. */
    static long newAesGcm(int encrypt) {
        try {
            long context = (long) CTX_NEW.invokeExact();
            if (context == 0) {
                throw new OutOfMemoryError("EVP_CIPHER_CTX_new");
            }
            int result =
                    (int)
                            CHOOSE_CIPHER.invokeExact(
                                    context, AES_256_GCM, 0L, MemorySegment.NULL, 0L, encrypt);
            if (result != SUCCESS) {
                free(context);
                throw new IllegalStateException("libcrypto refused AES-256-GCM");
            }
            return context;
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CipherInit_ex", thrown);
        }
    }

    static void free(long context) {
        try {
            CTX_FREE.invokeExact(context);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CIPHER_CTX_free", thrown);
        }
    }

    static int setKey(long context, byte[] key) {
        try {
            return (int)
                    SET_KEY.invokeExact(
                            context, 0L, 0L, MemorySegment.ofArray(key), 0L, KEEP_DIRECTION);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CipherInit_ex", thrown);
        }
    }

    static int setNonce(long context, long nonce) {
        try {
            return (int) SET_NONCE.invokeExact(context, 0L, 0L, 0L, nonce, KEEP_DIRECTION);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CipherInit_ex", thrown);
        }
    }

    static int update(long context, long out, long outLength, long in, int inBytes) {
        try {
            return (int) UPDATE.invokeExact(context, out, outLength, in, inBytes);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CipherUpdate", thrown);
        }
    }

    static int finish(long context, long out, long outLength) {
        try {
            return (int) FINAL.invokeExact(context, out, outLength);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CipherFinal_ex", thrown);
        }
    }

    static int control(long context, int type, int bytes, long pointer) {
        try {
            return (int) CTRL.invokeExact(context, type, bytes, pointer);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_CIPHER_CTX_ctrl", thrown);
        }
    }
}
