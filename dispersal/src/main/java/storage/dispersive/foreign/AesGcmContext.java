package storage.dispersive.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * One direction of AES-256-GCM (NIST SP 800-38D; 96-bit nonce, 128-bit tag) in libcrypto, reused
 * from message to message: five calls a message, no allocation. For one thread at a time. The
 * native context, with the expanded key in it, is wiped and freed when this object is collected.
 *
 * <p>A message's nonce and additional data are written into {@link #parameters()} first. Segments
 * must be native, and stay open during the call.
 */
public final class AesGcmContext {

    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;

    /** Where the additional data begins in {@link #parameters()}, after the nonce and padding. */
    public static final int ADDITIONAL_DATA_OFFSET = 16;

    private static final int DECRYPT = 0;
    private static final int ENCRYPT = 1;

    private final MemorySegment handle;
    private final MemorySegment parameters;
    private final MemorySegment writtenBytes;
    private final int additionalDataBytes;

    private AesGcmContext(int direction, int additionalDataBytes) {
        Arena arena = Arena.ofAuto();
        this.parameters = arena.allocate(ADDITIONAL_DATA_OFFSET + additionalDataBytes, 16);
        this.writtenBytes = arena.allocate(Integer.BYTES, Integer.BYTES);
        this.additionalDataBytes = additionalDataBytes;
        this.handle =
                MemorySegment.ofAddress(LibCrypto.newAesGcm(direction))
                        .reinterpret(arena, context -> LibCrypto.free(context.address()));
    }

    public static AesGcmContext forSealing(int additionalDataBytes) {
        return new AesGcmContext(ENCRYPT, additionalDataBytes);
    }

    public static AesGcmContext forOpening(int additionalDataBytes) {
        return new AesGcmContext(DECRYPT, additionalDataBytes);
    }

    /**
     * {@value #NONCE_BYTES} bytes of nonce at 0, the additional data at 16: for the caller to fill.
     */
    public MemorySegment parameters() {
        return parameters;
    }

    /** Sets the key for all messages that follow. */
    public void setKey(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        try {
            check(LibCrypto.setKey(handle.address(), key), "the key");
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Writes the ciphertext of {@code bytes} bytes, then the tag. */
    public void seal(
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            long sealedOffset,
            int bytes) {
        long from = readable(plain, plainOffset, bytes);
        long to = writable(sealed, sealedOffset, bytes + TAG_BYTES);
        long context = handle.address();
        try {
            start(context);
            check(update(context, to, from, bytes), "the plaintext");
            check(LibCrypto.finish(context, to + bytes, writtenBytes.address()), "the end");
            check(
                    LibCrypto.control(context, LibCrypto.CTRL_GET_TAG, TAG_BYTES, to + bytes),
                    "to give the tag");
        } finally {
            // Only addresses were passed: nothing else keeps the memory from being freed.
            Reference.reachabilityFence(plain);
            Reference.reachabilityFence(sealed);
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Writes the plaintext of {@code bytes} bytes of ciphertext that a tag follows.
     *
     * @return false when the tag is wrong; what was written then is not authentic, and the caller
     *     must not let it out
     */
    public boolean open(
            MemorySegment sealed,
            long sealedOffset,
            MemorySegment plain,
            long plainOffset,
            int bytes) {
        long from = readable(sealed, sealedOffset, bytes + TAG_BYTES);
        long to = writable(plain, plainOffset, bytes);
        long context = handle.address();
        try {
            start(context);
            check(
                    LibCrypto.control(context, LibCrypto.CTRL_SET_TAG, TAG_BYTES, from + bytes),
                    "the tag");
            check(update(context, to, from, bytes), "the ciphertext");
            return LibCrypto.finish(context, to + bytes, writtenBytes.address())
                    == LibCrypto.SUCCESS;
        } finally {
            // Only addresses were passed: nothing else keeps the memory from being freed.
            Reference.reachabilityFence(plain);
            Reference.reachabilityFence(sealed);
            Reference.reachabilityFence(this);
        }
    }

    private void start(long context) {
        check(LibCrypto.setNonce(context, parameters.address()), "the nonce");
        check(
                update(
                        context,
                        0,
                        parameters.address() + ADDITIONAL_DATA_OFFSET,
                        additionalDataBytes),
                "the additional data");
    }

    private int update(long context, long to, long from, int bytes) {
        return LibCrypto.update(context, to, writtenBytes.address(), from, bytes);
    }

    private static void check(int result, String what) {
        if (result != LibCrypto.SUCCESS) {
            throw new IllegalStateException("libcrypto refused " + what);
        }
    }

    private static long readable(MemorySegment segment, long offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
        if (!segment.isNative()) {
            throw new IllegalArgumentException("the segment is not native");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the segment is closed");
        }
        return segment.address() + offset;
    }

    private static long writable(MemorySegment segment, long offset, int bytes) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("the segment is read only");
        }
        return readable(segment, offset, bytes);
    }
}
