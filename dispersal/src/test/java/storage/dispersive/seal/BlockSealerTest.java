package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static storage.dispersive.seal.BlockSealer.BLOCK_BYTES;
import static storage.dispersive.seal.BlockSealer.SEALED_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.foreign.LibCrypto;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

class BlockSealerTest {

    private static final VolumeId VOLUME = new VolumeId(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final RunId RUN = new RunId(0x1112131415161718L, 0x191A1B1C1D1E1F20L);
    private static final VolumeKey KEY = VolumeKey.of(bytes(VolumeKey.KEY_BYTES, 1));
    private static final RunKey RUN_KEY = KEY.forRun(VOLUME, RUN);

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static BlockSealer sealer(GcmEngine engine) {
        assumeTrue(
                engine == GcmEngine.PORTABLE || LibCrypto.isPresent(),
                "libcrypto.so.3 is not installed (Debian: apt-get install libssl3), so native"
                        + " sealing is not tested");
        return new BlockSealer(RUN_KEY, engine);
    }

    private static byte[] array(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static MemorySegment offHeap(byte[] bytes) {
        return Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static MemorySegment sealed(GcmEngine engine, byte[] plain, long seq) {
        MemorySegment sealed = Arena.ofAuto().allocate(SEALED_BYTES);
        sealer(engine).seal(seq, 3, 99, offHeap(plain), 0, sealed, 0);
        return sealed;
    }

    @ParameterizedTest
    @EnumSource
    void aSealedBlockIsAesGcmWithTheNonceAndAdditionalDataOfTheDocument(GcmEngine engine)
            throws Exception {
        byte[] plain = bytes(BLOCK_BYTES, 2);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = ByteBuffer.allocate(12).putLong(77).putInt(3).array();
        cipher.init(Cipher.ENCRYPT_MODE, RUN_KEY.sealingKey(), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(
                ByteBuffer.allocate(48)
                        .putLong(VOLUME.high())
                        .putLong(VOLUME.low())
                        .putLong(99)
                        .putLong(RUN.high())
                        .putLong(RUN.low())
                        .putLong(77)
                        .flip());
        byte[] expected = cipher.doFinal(plain);
        assertThat(array(sealed(engine, plain, 77))).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSealedOpensUnchangedAtAnyOffsetOnAndOffTheHeap(GcmEngine engine) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BlockSealer sealer = sealer(engine);
        for (int round = 1; round <= 200; round++) {
            byte[] plain = bytes(BLOCK_BYTES + 100, random.nextLong());
            int plainOffset = random.nextInt(100);
            int sealedOffset = random.nextInt(100);
            MemorySegment from =
                    random.nextBoolean() ? offHeap(plain) : MemorySegment.ofArray(plain);
            MemorySegment sealed =
                    random.nextBoolean()
                            ? Arena.ofAuto().allocate(SEALED_BYTES + 100)
                            : MemorySegment.ofArray(new byte[SEALED_BYTES + 100]);
            MemorySegment opened =
                    random.nextBoolean()
                            ? Arena.ofAuto().allocate(BLOCK_BYTES + 100)
                            : MemorySegment.ofArray(new byte[BLOCK_BYTES + 100]);
            sealer.seal(round, round, round, from.asReadOnly(), plainOffset, sealed, sealedOffset);
            boolean authentic =
                    sealer.open(round, round, round, sealed, sealedOffset, opened, plainOffset);
            assertThat(authentic).as("seed %d round %d", seed, round).isTrue();
            assertThat(array(opened.asSlice(plainOffset, BLOCK_BYTES)))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(array(from.asSlice(plainOffset, BLOCK_BYTES)));
            assertZeros(opened.asSlice(0, plainOffset));
            assertZeros(opened.asSlice(plainOffset + BLOCK_BYTES));
            assertZeros(sealed.asSlice(0, sealedOffset));
            assertZeros(sealed.asSlice(sealedOffset + SEALED_BYTES));
        }
    }

    private static void assertZeros(MemorySegment segment) {
        assertThat(array(segment)).isEqualTo(new byte[(int) segment.byteSize()]);
    }

    @ParameterizedTest
    @EnumSource
    void aBlockDoesNotOpenAsAnotherAndTheDestinationIsZeroed(GcmEngine engine) {
        MemorySegment sealed = sealed(engine, bytes(BLOCK_BYTES, 4), 20);
        BlockSealer right = sealer(engine);
        assertRefused(right, 21, 3, 99, sealed);
        assertRefused(right, 20, 4, 99, sealed);
        assertRefused(right, 20, 3, 98, sealed);
        assertRefused(right, -20, -3, -99, sealed);
        VolumeId otherVolume = new VolumeId(VOLUME.high(), VOLUME.low() + 1);
        assertRefused(new BlockSealer(KEY.forRun(otherVolume, RUN), engine), 20, 3, 99, sealed);
        RunId otherRun = new RunId(RUN.high(), RUN.low() + 1);
        assertRefused(new BlockSealer(KEY.forRun(VOLUME, otherRun), engine), 20, 3, 99, sealed);
        VolumeKey otherKey = VolumeKey.of(bytes(VolumeKey.KEY_BYTES, 5));
        assertRefused(new BlockSealer(otherKey.forRun(VOLUME, RUN), engine), 20, 3, 99, sealed);
        MemorySegment plain = Arena.ofAuto().allocate(BLOCK_BYTES);
        assertThat(right.open(20, 3, 99, sealed, 0, plain, 0)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void additionalDataBindsVolumeAndRunAlsoUnderTheSameKey(GcmEngine engine) {
        MemorySegment sealed = sealed(engine, bytes(BLOCK_BYTES, 6), 21);
        VolumeId otherVolume = new VolumeId(VOLUME.high() + 1, VOLUME.low());
        RunId otherRun = new RunId(RUN.high() + 1, RUN.low());
        SecretBytes sealing = RUN_KEY.sealingKey();
        SecretBytes header = RUN_KEY.headerKey();
        RunKey volumeSwapped = new RunKey(otherVolume, RUN, sealing, header);
        RunKey runSwapped = new RunKey(VOLUME, otherRun, sealing, header);
        assertRefused(new BlockSealer(volumeSwapped, engine), 21, 3, 99, sealed);
        assertRefused(new BlockSealer(runSwapped, engine), 21, 3, 99, sealed);
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitOfTheTagAndAnyOfTheCiphertextIsNoticed(GcmEngine engine) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] sealed = array(sealed(engine, bytes(BLOCK_BYTES, 7), 22));
        int[] inCiphertext = random.ints(200, 0, BLOCK_BYTES * 8).toArray();
        int[] inTag = IntStream.range(BLOCK_BYTES * 8, SEALED_BYTES * 8).toArray();
        for (int bit :
                IntStream.concat(IntStream.of(inCiphertext), IntStream.of(inTag)).toArray()) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertRefused(sealer(engine), 22, 3, 99, offHeap(flipped));
            assertRefused(sealer(engine), 22, 3, 99, MemorySegment.ofArray(flipped));
        }
    }

    private static void assertRefused(
            BlockSealer sealer, long seq, int ordinal, long logicalBlock, MemorySegment sealed) {
        MemorySegment plain =
                sealed.isNative()
                        ? Arena.ofAuto().allocate(BLOCK_BYTES + 2)
                        : MemorySegment.ofArray(new byte[BLOCK_BYTES + 2]);
        plain.fill((byte) 0x55);
        assertThat(sealer.open(seq, ordinal, logicalBlock, sealed, 0, plain, 1)).isFalse();
        assertThat(array(plain.asSlice(1, BLOCK_BYTES))).containsOnly(0);
        assertThat(plain.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x55);
        assertThat(plain.get(ValueLayout.JAVA_BYTE, BLOCK_BYTES + 1)).isEqualTo((byte) 0x55);
    }

    @ParameterizedTest
    @EnumSource
    void threadsThatTakeTurnsWithRunsAllSealAlike(GcmEngine engine) throws Exception {
        RunKey other = KEY.forRun(VOLUME, new RunId(5, 5));
        BlockSealer[] sealers = {sealer(engine), new BlockSealer(other, engine)};
        byte[] plain = bytes(BLOCK_BYTES, 8);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<?>[] done = new Future<?>[4];
            for (int t = 0; t < done.length; t++) {
                int thread = t;
                done[t] =
                        threads.submit(() -> {
                            MemorySegment from = offHeap(plain);
                            MemorySegment sealed = Arena.ofAuto().allocate(SEALED_BYTES);
                            MemorySegment opened = Arena.ofAuto().allocate(BLOCK_BYTES);
                            for (int i = 1; i <= 500; i++) {
                                BlockSealer by = sealers[i % 2];
                                by.seal(i, thread, i, from, 0, sealed, 0);
                                BlockSealer wrong = sealers[(i + 1) % 2];
                                if (wrong.open(i, thread, i, sealed, 0, opened, 0)
                                        || !by.open(i, thread, i, sealed, 0, opened, 0)) {
                                    throw new AssertionError("thread " + thread + " " + i);
                                }
                            }
                        });
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void impossibleBlocksAndRangesAreRefusedBeforeAnythingIsTouched(GcmEngine engine) {
        BlockSealer sealer = sealer(engine);
        MemorySegment plain = Arena.ofAuto().allocate(BLOCK_BYTES);
        MemorySegment sealed = Arena.ofAuto().allocate(SEALED_BYTES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(0, 0, 0, plain, 0, sealed, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(1, -1, 0, plain, 0, sealed, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(1, 0, -1, plain, 0, sealed, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(1, 0, 0, plain, 0, sealed.asReadOnly(), 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.seal(1, 0, 0, plain, 1, sealed, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.seal(1, 0, 0, plain, 0, sealed, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.open(1, 0, 0, sealed, -1, plain, 0));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(SEALED_BYTES);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.seal(1, 0, 0, plain, 0, closed, 0));
        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.open(1, 0, 0, closed, 0, plain, 0));
        assertThat(array(sealed)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void aClosedKeySealsNothingMoreEvenWhereAThreadHasItsContext(GcmEngine engine) {
        sealer(engine);
        RunKey key = KEY.forRun(VOLUME, new RunId(6, 6));
        BlockSealer sealer = new BlockSealer(key, engine);
        MemorySegment plain = Arena.ofAuto().allocate(BLOCK_BYTES);
        MemorySegment sealed = Arena.ofAuto().allocate(SEALED_BYTES);
        sealer.seal(1, 0, 0, plain, 0, sealed, 0);
        key.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.seal(2, 0, 0, plain, 0, sealed, 0))
                .withMessageContaining("was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.open(1, 0, 0, sealed, 0, plain, 0));
    }

    @Test
    void nativeAndPortableSealingGiveTheSameBytes() {
        for (long seq = 1; seq <= 50; seq++) {
            byte[] plain = bytes(BLOCK_BYTES, seq);
            assertThat(array(sealed(GcmEngine.LIBCRYPTO, plain, seq)))
                    .isEqualTo(array(sealed(GcmEngine.PORTABLE, plain, seq)));
        }
    }
}
