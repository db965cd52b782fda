package storage.dispersive.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import storage.dispersive.foreign.IsaL;

class Crc32cTest {

    @Test
    void theCheckValueIsThatOfTheStandard() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        MemorySegment segment = MemorySegment.ofArray(digits);
        assertThat(Crc32c.of(segment)).isEqualTo(0xE3069283);
        assertThat(Crc32c.portable(segment, 0, 9)).isEqualTo(0xE3069283);
        // RFC 3720, appendix B.4: 32 bytes of zeros.
        assertThat(Crc32c.of(MemorySegment.ofArray(new byte[32]))).isEqualTo(0x8A9136AA);
        assertThat(Crc32c.of(segment, 3, 0)).isZero();
    }

    @Test
    void nativePortableAndJdkAgreeOnAnyRange() {
        assumeTrue(
                IsaL.isPresent(),
                "libisal.so.2 is not installed (Debian: apt-get install libisal2), so the native"
                        + " checksum is not tested");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = new byte[3 * 1024 * 1024 + 17];
        random.nextBytes(bytes);
        MemorySegment onHeap = MemorySegment.ofArray(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment offHeap = arena.allocate(bytes.length, 64).copyFrom(onHeap);
            for (int round = 0; round < 400; round++) {
                int bound = round % 20 == 0 ? bytes.length : 3000;
                int length = random.nextInt(bound);
                int offset = random.nextInt(bytes.length - length + 1);
                CRC32C jdk = new CRC32C();
                jdk.update(bytes, offset, length);
                int expected = (int) jdk.getValue();
                String where = "seed %d: %d bytes at %d".formatted(seed, length, offset);
                assertThat(IsaL.crc32c(offHeap, offset, length)).as(where).isEqualTo(expected);
                assertThat(IsaL.crc32c(onHeap, offset, length)).as(where).isEqualTo(expected);
                assertThat(Crc32c.portable(offHeap, offset, length)).as(where).isEqualTo(expected);
                assertThat(Crc32c.of(offHeap, offset, length)).as(where).isEqualTo(expected);
            }
        }
    }

    @Test
    void rangesBeyondTheSegmentAreRefused() {
        MemorySegment segment = MemorySegment.ofArray(new byte[10]);
        for (long[] range :
                new long[][] {{0, 11}, {-1, 5}, {5, -1}, {11, 0}, {1, Long.MAX_VALUE}}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Crc32c.of(segment, range[0], range[1]));
        }
    }
}
