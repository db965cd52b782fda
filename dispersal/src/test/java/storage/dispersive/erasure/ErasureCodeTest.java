package storage.dispersive.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErasureCodeTest {

    /** A stripe whose data portions have the lengths given, and its parity. */
    private record Stripe(ErasureCode code, List<byte[]> portions, int lengthBytes) {

        static Stripe encode(ErasureCode code, int lengthBytes, int[] dataBytes, Random random) {
            int total = code.dataPortions() + code.parityPortions();
            byte[][] portions = new byte[total][];
            MemorySegment[] data = new MemorySegment[code.dataPortions()];
            MemorySegment[] parity = new MemorySegment[code.parityPortions()];
            for (int i = 0; i < data.length; i++) {
                portions[i] = new byte[dataBytes[i]];
                random.nextBytes(portions[i]);
                data[i] = Kernels.unalignedCopy(portions[i], random.nextInt(64));
            }
            for (int i = 0; i < parity.length; i++) {
                parity[i] = Kernels.unalignedCopy(new byte[lengthBytes], random.nextInt(64));
            }
            code.encode(data, parity, lengthBytes);
            for (int i = 0; i < parity.length; i++) {
                portions[data.length + i] = Kernels.bytes(parity[i]);
            }
            return new Stripe(code, List.of(portions), lengthBytes);
        }

        /**
         * Reconstructs all portions outside {@code presentMask} from those inside, and compares.
         */
        void checkErasure(int presentMask) {
            @Nullable MemorySegment[] present = new MemorySegment[portions.size()];
            int[] wanted = new int[portions.size() - Integer.bitCount(presentMask)];
            MemorySegment[] out = new MemorySegment[wanted.length];
            int next = 0;
            for (int i = portions.size() - 1; i >= 0; i--) {
                if ((presentMask & (1 << i)) != 0) {
                    present[i] = Kernels.nativeCopy(portions.get(i));
                } else {
                    wanted[next] = i;
                    out[next++] = Kernels.nativeCopy(new byte[portions.get(i).length]);
                }
            }
            code.reconstruct(present, wanted, out, lengthBytes);
            for (int i = 0; i < wanted.length; i++) {
                if (!Arrays.equals(Kernels.bytes(out[i]), portions.get(wanted[i]))) {
                    throw new AssertionError(
                            "%s: portion %d is wrong from present portions %s"
                                    .formatted(
                                            code, wanted[i], Integer.toBinaryString(presentMask)));
                }
            }
        }
    }

    private static int[] fullLengths(int dataPortions, int lengthBytes) {
        return IntStream.generate(() -> lengthBytes).limit(dataPortions).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void everyErasurePatternOfUpToTwelvePortionsDecodes(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int patterns = 0;
        for (int total = 2; total <= 12; total++) {
            for (int k = 1; k < total; k++) {
                Stripe stripe =
                        Stripe.encode(
                                new ErasureCode(k, total - k, kernel),
                                67,
                                fullLengths(k, 67),
                                random);
                for (int present = 0; present < 1 << total; present++) {
                    if (Integer.bitCount(present) >= k) {
                        stripe.checkErasure(present);
                        patterns++;
                    }
                }
            }
        }
        // Sum over all k + m <= 12 of the number of subsets with at least k portions.
        assertThat(patterns).as("seed %d", seed).isEqualTo(45_045);
    }

    @ParameterizedTest
    @EnumSource
    void shortDataPortionsCountAsFilledUpWithZeros(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int k = 1 + random.nextInt(10);
            int m = 1 + random.nextInt(6);
            int lengthBytes = 1 + random.nextInt(100_000);
            int[] lengths = fullLengths(k, lengthBytes);
            for (int i = 1; i < k; i++) {
                lengths[i] = random.nextInt(lengthBytes + 1);
            }
            ErasureCode code = new ErasureCode(k, m, kernel);
            Stripe shortened = Stripe.encode(code, lengthBytes, lengths, random);
            MemorySegment[] data = new MemorySegment[k];
            for (int i = 0; i < k; i++) {
                data[i] =
                        Kernels.nativeCopy(Arrays.copyOf(shortened.portions().get(i), lengthBytes));
            }
            MemorySegment[] parity = new MemorySegment[m];
            Arrays.setAll(parity, i -> Kernels.nativeCopy(new byte[lengthBytes]));
            code.encode(data, parity, lengthBytes);
            for (int i = 0; i < m; i++) {
                assertThat(Kernels.bytes(parity[i]))
                        .as("seed %d round %d: %s", seed, round, code)
                        .isEqualTo(shortened.portions().get(k + i));
            }
            int present = (1 << (k + m)) - 1;
            while (Integer.bitCount(present) > k) {
                present &= ~(1 << random.nextInt(k + m));
            }
            shortened.checkErasure(present);
        }
    }

    @Test
    void nativeAndPortableCodeGiveTheSameParityForAllGeometries() {
        Kernels.assumeUsable(Kernel.ISA_L);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] corners = {1, 2, 63, 64, 65, 32 * 1024, 32 * 1024 + 1};
        for (int k = 1; k < 32; k++) {
            for (int m = 1; k + m <= 32; m++) {
                boolean corner = random.nextBoolean();
                int lengthBytes =
                        corner ? corners[random.nextInt(corners.length)] : 1 + random.nextInt(5000);
                long stripeSeed = random.nextLong();
                List<byte[]> portable =
                        Stripe.encode(
                                        new ErasureCode(k, m, Kernel.PORTABLE),
                                        lengthBytes,
                                        fullLengths(k, lengthBytes),
                                        new Random(stripeSeed))
                                .portions();
                List<byte[]> natively =
                        Stripe.encode(
                                        new ErasureCode(k, m, Kernel.ISA_L),
                                        lengthBytes,
                                        fullLengths(k, lengthBytes),
                                        new Random(stripeSeed))
                                .portions();
                assertThat(natively.toArray(byte[][]::new))
                        .as("seed %d: %d+%d of %d bytes", seed, k, m, lengthBytes)
                        .isDeepEqualTo(portable.toArray(byte[][]::new));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void segmentsOnTheHeapGiveTheSameParity(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        List<byte[]> portions =
                Stripe.encode(
                                new ErasureCode(4, 2, kernel),
                                5000,
                                new int[] {5000, 5000, 4096, 0},
                                new Random(7))
                        .portions();
        MemorySegment[] data = new MemorySegment[4];
        Arrays.setAll(data, i -> MemorySegment.ofArray(portions.get(i)).asReadOnly());
        MemorySegment[] parity = {
            MemorySegment.ofArray(new byte[5000]), MemorySegment.ofArray(new byte[5000])
        };
        new ErasureCode(4, 2, kernel).encode(data, parity, 5000);
        assertThat(Kernels.bytes(parity[0])).isEqualTo(portions.get(4));
        assertThat(Kernels.bytes(parity[1])).isEqualTo(portions.get(5));
    }

    @ParameterizedTest
    @EnumSource
    void onlyAsManyBytesAreComputedAsTheOutputHolds(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        List<byte[]> portions =
                Stripe.encode(
                                new ErasureCode(3, 2, kernel),
                                40_000,
                                fullLengths(3, 40_000),
                                new Random(8))
                        .portions();
        @Nullable MemorySegment[] present = new MemorySegment[5];
        present[1] = Kernels.nativeCopy(portions.get(1));
        present[3] = Kernels.nativeCopy(portions.get(3));
        present[4] = Kernels.nativeCopy(portions.get(4));
        byte[] guarded = new byte[5000 + 64];
        Arrays.fill(guarded, (byte) 0x5A);
        MemorySegment whole = Kernels.nativeCopy(guarded);
        MemorySegment[] out = {
            Kernels.nativeCopy(new byte[33_000]),
            whole.asSlice(32, 5000),
            Kernels.nativeCopy(new byte[0])
        };
        new ErasureCode(3, 2, kernel).reconstruct(present, new int[] {2, 0, 1}, out, 40_000);
        assertThat(Kernels.bytes(out[0])).isEqualTo(Arrays.copyOf(portions.get(2), 33_000));
        assertThat(Kernels.bytes(out[1])).isEqualTo(Arrays.copyOf(portions.get(0), 5000));
        assertThat(Kernels.bytes(whole.asSlice(0, 32))).containsOnly(0x5A);
        assertThat(Kernels.bytes(whole.asSlice(5032))).containsOnly(0x5A);
    }

    @ParameterizedTest
    @EnumSource
    void closedAndReadOnlyMemoryIsRefusedAndNotTouched(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        ErasureCode code = new ErasureCode(1, 1, kernel);
        MemorySegment[] good = {Kernels.nativeCopy(new byte[100])};
        MemorySegment[] readOnly = {Kernels.nativeCopy(new byte[100]).asReadOnly()};
        assertThatIllegalArgumentException().isThrownBy(() -> code.encode(good, readOnly, 100));
        MemorySegment[] closed = new MemorySegment[1];
        try (Arena arena = Arena.ofConfined()) {
            closed[0] = arena.allocate(100);
        }
        assertThatIllegalStateException().isThrownBy(() -> code.encode(closed, good, 100));
        assertThatIllegalStateException().isThrownBy(() -> code.encode(good, closed, 100));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 2", "31, 2", "32, 1", "2147483647, 1", "1, 2147483647"})
    void geometriesOutOfRangeAreRefusedWithTheRange(int k, int m) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErasureCode.of(k, m))
                .withMessageContaining("at least 1 data and 1 parity portion and at most 32")
                .withMessageContaining("got " + k + " + " + m);
    }

    @Test
    void aCodeIsMadeOnce() {
        assertThat(ErasureCode.of(4, 2)).isSameAs(ErasureCode.of(4, 2));
        assertThat(ErasureCode.of(2, 4)).isNotSameAs(ErasureCode.of(4, 2)).hasToString("2+4");
    }

    @Test
    void tooFewPortionsAreRefused() {
        @Nullable MemorySegment[] present = new MemorySegment[6];
        present[0] = Kernels.nativeCopy(new byte[10]);
        present[1] = present[0];
        present[5] = present[0];
        MemorySegment[] out = {Kernels.nativeCopy(new byte[10])};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErasureCode.of(4, 2).reconstruct(present, new int[] {2}, out, 10))
                .withMessageContaining("needs 4 portions, only 3 are present");
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        ErasureCode code = ErasureCode.of(1, 1);
        MemorySegment[] ten = {Kernels.nativeCopy(new byte[10])};
        MemorySegment[] nine = {Kernels.nativeCopy(new byte[9])};
        assertThatIllegalArgumentException().isThrownBy(() -> code.encode(ten, ten, 9));
        assertThatIllegalArgumentException().isThrownBy(() -> code.encode(ten, nine, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> code.encode(ten, ten, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.encode(new MemorySegment[0], ten, 10));
        // A parity portion is never stored short, so a short one is a damaged one.
        @Nullable MemorySegment[] shortParity = {null, nine[0]};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.reconstruct(shortParity, new int[] {0}, ten, 10));
        @Nullable MemorySegment[] whole = {null, ten[0]};
        for (int wrong : new int[] {-1, 2, 40}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> code.reconstruct(whole, new int[] {wrong}, nine, 10));
        }
        MemorySegment[] twice = {nine[0], nine[0]};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.reconstruct(whole, new int[] {0, 0}, twice, 10));
    }

    @Test
    void theDecodersKeptAreBounded() {
        ErasureCode code = new ErasureCode(6, 6, Kernel.PORTABLE);
        Stripe stripe = Stripe.encode(code, 8, fullLengths(6, 8), new Random(3));
        int highest = 0;
        for (int present = 0; present < 1 << 12; present++) {
            if (Integer.bitCount(present) == 6) {
                stripe.checkErasure(present);
                highest = Math.max(highest, code.cachedDecoders());
            }
        }
        assertThat(highest).isEqualTo(ErasureCode.MAX_DECODE_MATRICES);
    }
}
