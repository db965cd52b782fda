package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static storage.dispersive.seal.HeaderMac.MAC_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.foreign.HmacSha256Context;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

class HeaderMacTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final VolumeKey KEY = VolumeKey.random(new SecureRandom());

    private final RunKey runKey = KEY.forRun(VOLUME, new RunId(3, 4));

    private static HeaderMac mac(MacEngine engine, RunKey key) {
        assumeTrue(
                engine == MacEngine.PORTABLE || HmacSha256Context.isPresent(),
                "libcrypto.so.3 is not installed (Debian: apt-get install libssl3), so its HMAC is"
                        + " not tested");
        return new HeaderMac(key, engine);
    }

    @ParameterizedTest
    @EnumSource
    void aMacIsTheBeginningOfHmacSha256OnAndOffTheHeap(MacEngine engine) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] header = new byte[20_000];
        random.nextBytes(header);
        MemorySegment offHeap =
                Arena.ofAuto().allocate(header.length).copyFrom(MemorySegment.ofArray(header));
        for (int round = 0; round < 200; round++) {
            int length = random.nextInt(round % 10 == 0 ? 15_000 : 1500);
            int offset = random.nextInt(5000);
            Mac jdk = Mac.getInstance("HmacSHA256");
            jdk.init(runKey.headerKey());
            jdk.update(header, offset, length);
            byte[] expected = Arrays.copyOf(jdk.doFinal(), MAC_BYTES);
            for (MemorySegment from :
                    new MemorySegment[] {offHeap, MemorySegment.ofArray(header)}) {
                MemorySegment mac = Arena.ofAuto().allocate(MAC_BYTES + 3);
                mac(engine, runKey).compute(from, offset, length, mac, 3);
                assertThat(mac.asSlice(3).toArray(ValueLayout.JAVA_BYTE))
                        .as("seed %d: %d bytes at %d", seed, length, offset)
                        .isEqualTo(expected);
                assertThat(mac(engine, runKey).verify(from, offset, length, mac, 3)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitOfHeaderOrMacIsNoticed(MacEngine engine) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[96 + MAC_BYTES]);
        mac(engine, runKey).compute(bytes, 0, 96, bytes, 96);
        for (int bit = 0; bit < bytes.byteSize() * 8; bit++) {
            flip(bytes, bit);
            assertThat(mac(engine, runKey).verify(bytes, 0, 96, bytes, 96))
                    .as("bit %d", bit)
                    .isFalse();
            flip(bytes, bit);
        }
        assertThat(mac(engine, runKey).verify(bytes, 0, 96, bytes, 96)).isTrue();
        assertThat(mac(engine, runKey).verify(bytes, 0, 95, bytes, 96)).isFalse();
    }

    private static void flip(MemorySegment bytes, int bit) {
        byte old = bytes.get(ValueLayout.JAVA_BYTE, bit / 8);
        bytes.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ (1 << (bit % 8))));
    }

    @ParameterizedTest
    @EnumSource
    void aMacOfOneRunOrVolumeIsNotThatOfAnother(MacEngine engine) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[96 + MAC_BYTES]);
        mac(engine, runKey).compute(bytes, 0, 96, bytes, 96);
        HeaderMac otherRun = mac(engine, KEY.forRun(VOLUME, new RunId(3, 5)));
        HeaderMac otherVolume = mac(engine, KEY.forRun(new VolumeId(1, 3), new RunId(3, 4)));
        assertThat(otherRun.verify(bytes, 0, 96, bytes, 96)).isFalse();
        assertThat(otherVolume.verify(bytes, 0, 96, bytes, 96)).isFalse();
        assertThat(mac(engine, runKey).verify(bytes, 0, 96, bytes, 96)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void rangesBeyondTheSegmentAndClosedKeysAreRefused(MacEngine engine) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[32]);
        HeaderMac mac = mac(engine, runKey);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> mac.compute(bytes, 0, 33, bytes, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> mac.verify(bytes, 0, 16, bytes, 17));
        mac.compute(bytes, 0, 16, bytes, 16);
        runKey.close();
        assertThatIllegalStateException().isThrownBy(() -> mac.verify(bytes, 0, 16, bytes, 16));
    }
}
