package storage.dispersive.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B. */
class AesGcmContextTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] KEY =
            HEX.parseHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    private static final byte[] NONCE = HEX.parseHex("cafebabefacedbaddecaf888");
    private static final byte[] ADDITIONAL_DATA =
            HEX.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    private static final String PLAIN =
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    private static final String SEALED =
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    + "76fc6ece0f4e1768cddf8853bb2d551b";
    private static final int BYTES = PLAIN.length() / 2;

    @BeforeEach
    void needLibcrypto() {
        assumeTrue(
                LibCrypto.isPresent(),
                "libcrypto.so.3 is not installed (Debian: apt-get install libssl3), so it is not"
                        + " tested");
    }

    private static MemorySegment offHeap(String hex) {
        byte[] bytes = HEX.parseHex(hex);
        return Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static String hex(MemorySegment segment) {
        return HEX.formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private static AesGcmContext prepared(AesGcmContext context) {
        context.setKey(KEY);
        MemorySegment parameters = context.parameters();
        parameters.copyFrom(MemorySegment.ofArray(NONCE));
        parameters
                .asSlice(AesGcmContext.ADDITIONAL_DATA_OFFSET)
                .copyFrom(MemorySegment.ofArray(ADDITIONAL_DATA));
        return context;
    }

    @Test
    void itSealsAndOpensTheVectorOfTheSpecificationAgainAndAgain() {
        AesGcmContext sealing = prepared(AesGcmContext.forSealing(ADDITIONAL_DATA.length));
        AesGcmContext opening = prepared(AesGcmContext.forOpening(ADDITIONAL_DATA.length));
        for (int round = 0; round < 3; round++) {
            MemorySegment sealed = offHeap("00".repeat(BYTES + AesGcmContext.TAG_BYTES));
            sealing.seal(offHeap(PLAIN), 0, sealed, 0, BYTES);
            assertThat(hex(sealed)).isEqualTo(SEALED);

            MemorySegment damaged = offHeap(SEALED);
            damaged.set(ValueLayout.JAVA_BYTE, round, (byte) 0);
            MemorySegment plain = offHeap("00".repeat(BYTES));
            assertThat(opening.open(damaged, 0, plain, 0, BYTES)).isFalse();
            assertThat(opening.open(sealed, 0, plain, 0, BYTES)).isTrue();
            assertThat(hex(plain)).isEqualTo(PLAIN);
        }
    }

    @Test
    void keysOfAnotherSizeAndSegmentsOnTheHeapAreRefused() {
        AesGcmContext context = AesGcmContext.forSealing(0);
        assertThatIllegalArgumentException().isThrownBy(() -> context.setKey(new byte[16]));
        context.setKey(KEY);
        MemorySegment onHeap = MemorySegment.ofArray(new byte[64]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> context.seal(onHeap, 0, onHeap, 16, 16));
    }

    @Test
    void theNamesSayTheVersions() {
        assertThat(LibCrypto.name()).matches("libcrypto 3\\.\\d+\\.\\d+.*");
    }

    @Test
    void theNameOfIsaLSaysItsVersion() {
        assumeTrue(IsaL.isPresent(), "libisal.so.2 is not installed, so it has no version");
        assertThat(IsaL.name()).matches("isa-l 2(\\.\\d+)?");
    }
}
