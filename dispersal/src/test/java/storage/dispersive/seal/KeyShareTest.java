package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.checksum.Crc32c;
import storage.dispersive.portion.VolumeId;

class KeyShareTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final VolumeId VOLUME = VolumeId.parse("00112233-4455-6677-8899-aabbccddeeff");
    private static final byte[] KEY_BYTES =
            HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    /** Two of three shares of KEY_BYTES in format 1, made apart from this code. */
    private static final List<String> GOLDEN =
            List.of(
                    "444b53480102010000112233445566778899aabbccddeeffa1b2c3d4"
                            + "e5f607183c5e28956e06c0cc40fd751c244ba3207ef408cd90fd3a5d"
                            + "b66c11d3df671eaf65dec8baba3e4e83723f5ac1313631f6fcc7a835",
                    "444b53480102020000112233445566778899aabbccddeeffa1b2c3d4"
                            + "e5f607183c5e28956e06c0cc40fd751c244ba320fcf6168231e87eb3"
                            + "69c33ca6b7d92e52fa92bb5c5543a622cc559ab2464b40d0004e44bf",
                    "444b53480102030000112233445566778899aabbccddeeffa1b2c3d4"
                            + "e5f607183c5e28956e06c0cc40fd751c244ba32082031c4ca51042e9"
                            + "d7a6277e64b33ef28f5d61f5fb68feb6a673da686b606f39d2dcef5b");

    @Test
    void sharesOfFormatOneAreReadAndGiveTheKey() {
        List<KeyShare> shares =
                GOLDEN.stream().map(text -> KeyShare.decode(HEX.parseHex(text))).toList();
        assertThat(shares).extracting(KeyShare::index).containsExactly(1, 2, 3);
        assertThat(shares).allMatch(s -> s.threshold() == 2 && s.volume().equals(VOLUME));
        VolumeKey expected = VolumeKey.of(KEY_BYTES);
        assertThat(KeyShares.combine(shares.subList(0, 2))).isEqualTo(expected);
        assertThat(KeyShares.combine(shares.subList(1, 3))).isEqualTo(expected);
        assertThat(KeyShares.restore(shares.subList(0, 2), 3)).isEqualTo(shares.get(2));
        assertThat(shares)
                .extracting(share -> HEX.formatHex(share.encode()))
                .containsExactlyElementsOf(GOLDEN);
    }

    @Test
    void aShareComesBackFromItsBinaryForm() {
        VolumeKey key = VolumeKey.of(KEY_BYTES);
        for (KeyShare share : KeyShares.split(VOLUME, key, 32, 32, new SecureRandom())) {
            assertThat(share.encode()).hasSize(KeyShare.ENCODED_BYTES);
            KeyShare decoded = KeyShare.decode(share.encode());
            assertThat(decoded).isEqualTo(share).hasSameHashCodeAs(share);
        }
    }

    @Test
    void everyFlippedBitAndEveryOtherLengthIsRefused() {
        byte[] encoded = HEX.parseHex(GOLDEN.getFirst());
        for (int bit = 0; bit < encoded.length * 8; bit++) {
            byte[] flipped = encoded.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertRefused("key share", flipped);
        }
        for (int length = 0; length <= encoded.length + 5; length++) {
            if (length != encoded.length) {
                assertRefused("key share", Arrays.copyOf(encoded, length));
            }
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        assertRefused("does not begin with DKSH", new byte[KeyShare.ENCODED_BYTES]);
        assertRefused("a key share has 84 bytes, this one 80", Arrays.copyOf(golden(), 80));
        assertRefused("version 2, and only version 1", changed(4, 2));
        assertRefused("its checksum is wrong", damaged(40));
        assertRefused("index 1, threshold 0", changed(5, 0));
        assertRefused("index 1, threshold 33", changed(5, 33));
        assertRefused("index 0, threshold 2", changed(6, 0));
        assertRefused("index -1, threshold 2", changed(6, 255));
        assertRefused("cannot be", changed(7, 1));
    }

    @Test
    void aShareIsNotPrinted() {
        assertThat(KeyShare.decode(golden()))
                .hasToString(
                        "share 1 of the key of volume %s, of which 2 give the key"
                                .formatted(VOLUME));
    }

    private static byte[] golden() {
        return HEX.parseHex(GOLDEN.getFirst());
    }

    private static byte[] damaged(int position) {
        byte[] encoded = golden();
        encoded[position] ^= 4;
        return encoded;
    }

    /** A share with another byte there, and a checksum that is right for it. */
    private static byte[] changed(int position, int value) {
        byte[] encoded = golden();
        encoded[position] = (byte) value;
        int end = KeyShare.ENCODED_BYTES - Integer.BYTES;
        int checksum = Crc32c.of(MemorySegment.ofArray(encoded), 0, end);
        ByteBuffer.wrap(encoded).putInt(end, checksum);
        return encoded;
    }

    private static void assertRefused(String words, byte[] encoded) {
        assertThatExceptionOfType(KeyShareException.class)
                .isThrownBy(() -> KeyShare.decode(encoded))
                .withMessageContaining(words);
    }
}
