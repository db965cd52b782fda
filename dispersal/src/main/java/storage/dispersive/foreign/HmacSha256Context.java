package storage.dispersive.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * HMAC-SHA256 (RFC 2104) in OpenSSL 3's libcrypto, by {@code openssl/evp.h}, reused from message to
 * message: three calls a message. None is linked as critical: starting a message copies the keyed
 * state, for which libcrypto allocates. For one thread at a time. The native context, with the key
 * in it, is wiped and freed when this object is collected.
 */
public final class HmacSha256Context {

    public static final int MAC_BYTES = 32;

    private static final NativeLibrary LIBRARY =
            NativeLibrary.find(
                    NativePreference.current(),
                    "libcrypto.so.3",
                    "EVP_MAC_fetch",
                    "EVP_MAC_CTX_new",
                    "EVP_MAC_CTX_free",
                    "EVP_MAC_init",
                    "EVP_MAC_update",
                    "EVP_MAC_final");

    /**
     * {@code EVP_MAC *EVP_MAC_fetch(OSSL_LIB_CTX *libctx, const char *algorithm, const char
     * *properties)}: null contexts and properties mean the default ones.
     */
    private static final MethodHandle FETCH =
            LIBRARY.link(
                    "EVP_MAC_fetch",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG));

    /** {@code EVP_MAC_CTX *EVP_MAC_CTX_new(EVP_MAC *mac)}. */
    private static final MethodHandle CTX_NEW =
            LIBRARY.link("EVP_MAC_CTX_new", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    /** {@code void EVP_MAC_CTX_free(EVP_MAC_CTX *ctx)}: wipes the key as well. */
    private static final MethodHandle CTX_FREE =
            LIBRARY.link("EVP_MAC_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));

    /**
     * {@code int EVP_MAC_init(EVP_MAC_CTX *ctx, const unsigned char *key, size_t keylen, const
     * OSSL_PARAM params[])}: sets key and digest; with a null key it starts another message under
     * the same one. 1 is success, as in those that follow.
     */
    private static final MethodHandle INIT =
            LIBRARY.link(
                    "EVP_MAC_init",
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** {@code int EVP_MAC_update(EVP_MAC_CTX *ctx, const unsigned char *data, size_t datalen)}. */
    private static final MethodHandle UPDATE =
            LIBRARY.link(
                    "EVP_MAC_update",
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /**
     * {@code int EVP_MAC_final(EVP_MAC_CTX *ctx, unsigned char *out, size_t *outl, size_t
     * outsize)}.
     */
    private static final MethodHandle FINAL =
            LIBRARY.link(
                    "EVP_MAC_final",
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** {@code OSSL_PARAM}: key, data type, data, data size, return size; 40 bytes. */
    private static final int PARAM_BYTES = 40;

    private static final int PARAM_TYPE_OFFSET = 8;
    private static final int PARAM_DATA_OFFSET = 16;
    private static final int PARAM_SIZE_OFFSET = 24;
    private static final int PARAM_UTF8_STRING = 4;
    private static final int SUCCESS = 1;

    private static final long HMAC = LIBRARY.isPresent() ? fetch() : 0;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment digestChoice = digestChoice(arena);
    private final MemorySegment key = arena.allocate(MAC_BYTES);
    private final MemorySegment mac = arena.allocate(MAC_BYTES + Long.BYTES, Long.BYTES);
    private final MemorySegment handle;

    public HmacSha256Context() {
        try {
            long context = (long) CTX_NEW.invokeExact(HMAC);
            if (context == 0) {
                throw new OutOfMemoryError("EVP_MAC_CTX_new");
            }
            this.handle =
                    MemorySegment.ofAddress(context)
                            .reinterpret(arena, owned -> free(owned.address()));
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_MAC_CTX_new", thrown);
        }
    }

    /** Whether the library is there and knows HMAC. */
    public static boolean isPresent() {
        return HMAC != 0;
    }

    private static long fetch() {
        try (Arena call = Arena.ofConfined()) {
            return (long) FETCH.invokeExact(0L, call.allocateFrom("HMAC"), 0L);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_MAC_fetch", thrown);
        }
    }

    /** The parameter list {@code {digest: "SHA256"}}, ended by an entry of zeros. */
    private static MemorySegment digestChoice(Arena arena) {
        MemorySegment list = arena.allocate(2 * PARAM_BYTES, Long.BYTES);
        String digest = "SHA256";
        list.set(ADDRESS, 0, arena.allocateFrom("digest"));
        list.set(JAVA_INT, PARAM_TYPE_OFFSET, PARAM_UTF8_STRING);
        list.set(ADDRESS, PARAM_DATA_OFFSET, arena.allocateFrom(digest));
        list.set(JAVA_LONG, PARAM_SIZE_OFFSET, digest.length());
        return list;
    }

    private static void free(long context) {
        try {
            CTX_FREE.invokeExact(context);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_MAC_CTX_free", thrown);
        }
    }

    /** Sets the key ({@value #MAC_BYTES} bytes) for all messages that follow. */
    public void setKey(byte[] keyBytes) {
        if (keyBytes.length != MAC_BYTES) {
            throw new IllegalArgumentException("a key of " + keyBytes.length + " bytes");
        }
        MemorySegment.copy(keyBytes, 0, key, ValueLayout.JAVA_BYTE, 0, MAC_BYTES);
        try {
            init(key.address(), MAC_BYTES, digestChoice.address());
        } finally {
            key.fill((byte) 0);
        }
    }

    /**
     * The MAC of {@code bytes} bytes of a native segment, which stays open during the call. What is
     * returned is overwritten by the next message.
     */
    public MemorySegment compute(MemorySegment message, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, message.byteSize());
        if (!message.isNative()) {
            throw new IllegalArgumentException("the segment is not native");
        }
        if (!message.scope().isAlive()) {
            throw new IllegalStateException("the segment is closed");
        }
        init(0, 0, 0);
        try {
            long context = handle.address();
            check((int) UPDATE.invokeExact(context, message.address() + offset, bytes));
            long out = mac.address();
            check((int) FINAL.invokeExact(context, out, out + MAC_BYTES, (long) MAC_BYTES));
            return mac;
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_MAC_update", thrown);
        } finally {
            Reference.reachabilityFence(message);
            Reference.reachabilityFence(this);
        }
    }

    private void init(long keyAddress, long keyBytes, long parameters) {
        try {
            check((int) INIT.invokeExact(handle.address(), keyAddress, keyBytes, parameters));
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("EVP_MAC_init", thrown);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static void check(int result) {
        if (result != SUCCESS) {
            throw new IllegalStateException("libcrypto refused to compute an HMAC");
        }
    }
}
