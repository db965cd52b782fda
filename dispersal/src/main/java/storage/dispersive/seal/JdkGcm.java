package storage.dispersive.seal;

import static storage.dispersive.seal.BlockSealer.BLOCK_BYTES;
import static storage.dispersive.seal.BlockSealer.SEALED_BYTES;
import static storage.dispersive.seal.BlockSealer.TAG_BYTES;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * One thread's AES-GCM of the JDK. It works on arrays: on direct buffers the JDK's cipher is slower
 * than on arrays together with the copies.
 */
final class JdkGcm implements GcmContext {

    private final Cipher cipher;
    private final byte[] plainBytes = new byte[BLOCK_BYTES];
    private final byte[] sealedBytes = new byte[SEALED_BYTES];
    private final byte[] nonce = new byte[SealParameters.NONCE_BYTES];
    private final byte[] additionalData = new byte[SealParameters.ADDITIONAL_DATA_BYTES];
    private final MemorySegment plainView = MemorySegment.ofArray(plainBytes);
    private final MemorySegment sealedView = MemorySegment.ofArray(sealedBytes);
    private final MemorySegment nonceView = MemorySegment.ofArray(nonce);
    private final MemorySegment additionalDataView = MemorySegment.ofArray(additionalData);

    JdkGcm() {
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES/GCM is part of every JDK", impossible);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this thread's last block had the same key and nonce: the
     *     JDK's cipher notices that much
     */
    @Override
    public void seal(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            long sealedOffset) {
        MemorySegment.copy(plain, plainOffset, plainView, 0, BLOCK_BYTES);
        try {
            start(Cipher.ENCRYPT_MODE, key, seq, ordinal, logicalBlock);
            cipher.doFinal(plainBytes, 0, BLOCK_BYTES, sealedBytes, 0);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("the JDK's AES-GCM refused to seal", refused);
        }
        MemorySegment.copy(sealedView, 0, sealed, sealedOffset, SEALED_BYTES);
    }

    @Override
    public boolean open(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment sealed,
            long sealedOffset,
            MemorySegment plain,
            long plainOffset) {
        MemorySegment.copy(sealed, sealedOffset, sealedView, 0, SEALED_BYTES);
        try {
            start(Cipher.DECRYPT_MODE, key, seq, ordinal, logicalBlock);
            cipher.doFinal(sealedBytes, 0, SEALED_BYTES, plainBytes, 0);
        } catch (AEADBadTagException notAuthentic) {
            return false;
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("the JDK's AES-GCM refused to open", refused);
        }
        MemorySegment.copy(plainView, 0, plain, plainOffset, BLOCK_BYTES);
        return true;
    }

    private void start(int mode, RunKey key, long seq, int ordinal, long logicalBlock)
            throws GeneralSecurityException {
        SealParameters.writeNonce(nonceView, seq, ordinal);
        SealParameters.writeAdditionalData(additionalDataView, 0, key, logicalBlock, seq);
        GCMParameterSpec parameters = new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
        cipher.init(mode, key.sealingKey(), parameters);
        cipher.updateAAD(additionalData);
    }
}
