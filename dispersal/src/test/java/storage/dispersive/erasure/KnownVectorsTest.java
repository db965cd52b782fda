package storage.dispersive.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parity as Backblaze's JavaReedSolomon computes it. */
class KnownVectorsTest {

    private static final int BYTES = 16;

    private record Vector(int dataPortions, List<String> parity) {}

    private static final List<Vector> VECTORS =
            List.of(
                    new Vector(
                            4,
                            List.of(
                                    "f977e577620278084d3494b416f3edce",
                                    "4c7cf892bb95fb85c9b0b8aefa0f4568")),
                    new Vector(
                            5,
                            List.of(
                                    "a82f31d6e2d5c9dcdde444759b822e2b",
                                    "5bdf8ba1d27d3b424168fdc2fce7120c",
                                    "e6e8a65715ecb9ccc5ece1e9000b43a5")),
                    new Vector(
                            10,
                            List.of(
                                    "a6ae01176879daf58b79b0548737b84a",
                                    "ac206bea668e72490ffd83bdde0bdd36",
                                    "dd11aa2a918c05a9f841db287e2b668b",
                                    "2fbce303186352977cc5180253834005")),
                    new Vector(
                            17,
                            List.of(
                                    "c916d0bd911a8d460d16d1223522449d",
                                    "ed9ed07ff0c9ec98079a280fd657ec9b",
                                    "2783edb2945b9467831e055393fdd5ff")));

    @ParameterizedTest
    @EnumSource
    void parityIsThatOfJavaReedSolomon(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        for (Vector vector : VECTORS) {
            MemorySegment[] data = new MemorySegment[vector.dataPortions()];
            for (int i = 0; i < data.length; i++) {
                byte[] bytes = new byte[BYTES];
                for (int j = 0; j < BYTES; j++) {
                    bytes[j] = (byte) (i * 131 + j * 7 + 17 + ((i * j) >> 3));
                }
                data[i] = Kernels.nativeCopy(bytes);
            }
            MemorySegment[] parity = new MemorySegment[vector.parity().size()];
            for (int i = 0; i < parity.length; i++) {
                parity[i] = Kernels.nativeCopy(new byte[BYTES]);
            }
            new ErasureCode(data.length, parity.length, kernel).encode(data, parity, BYTES);
            for (int i = 0; i < parity.length; i++) {
                assertThat(HexFormat.of().formatHex(Kernels.bytes(parity[i])))
                        .as("%d+%d parity %d", data.length, parity.length, i)
                        .isEqualTo(vector.parity().get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyParityOfOneDataPortionIsItsCopy(Kernel kernel) {
        Kernels.assumeUsable(kernel);
        byte[] bytes = {1, 2, (byte) 0xFF, 0, 77};
        MemorySegment[] parity = new MemorySegment[31];
        for (int i = 0; i < parity.length; i++) {
            parity[i] = Kernels.nativeCopy(new byte[bytes.length]);
        }
        MemorySegment[] data = {Kernels.nativeCopy(bytes)};
        new ErasureCode(1, parity.length, kernel).encode(data, parity, bytes.length);
        assertThat(parity).allSatisfy(p -> assertThat(Kernels.bytes(p)).isEqualTo(bytes));
    }
}
