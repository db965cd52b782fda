package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

class VolumeKeyTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] BYTES =
            HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final VolumeId VOLUME = VolumeId.parse("00112233-4455-6677-8899-aabbccddeeff");
    private static final RunId RUN = new RunId(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);

    @Test
    void derivedKeysAreThoseOfFormatOne() {
        RunKey key = VolumeKey.of(BYTES).forRun(VOLUME, RUN);
        assertThat(HEX.formatHex(key.sealingKey().getEncoded()))
                .isEqualTo("d959ec0f2dc86e8065b7a8eef8f5439583428ad45d27da5df2146bc01b5cbcd5");
        assertThat(HEX.formatHex(key.headerKey().getEncoded()))
                .isEqualTo("d28b2b1bf1daa09a6f86acb4680bfee87a2894ec761c1cae32ccb939bba7efa3");
    }

    @Test
    void everyRunAndVolumeHasOtherKeysForEachPurpose() {
        VolumeKey key = VolumeKey.of(BYTES);
        RunKey[] keys = {
            key.forRun(VOLUME, RUN),
            key.forRun(VOLUME, new RunId(RUN.high(), RUN.low() + 1)),
            key.forRun(new VolumeId(VOLUME.high(), VOLUME.low() + 1), RUN),
            VolumeKey.random(new SecureRandom()).forRun(VOLUME, RUN)
        };
        assertThat(keys)
                .extracting(k -> HEX.formatHex(k.sealingKey().getEncoded()))
                .doesNotHaveDuplicates()
                .doesNotContain(HEX.formatHex(keys[0].headerKey().getEncoded()));
        assertThat(keys)
                .extracting(k -> HEX.formatHex(k.headerKey().getEncoded()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aKeyComesBackFromItsBytesAndIsACopyOfThem() {
        byte[] bytes = BYTES.clone();
        VolumeKey key = VolumeKey.of(bytes);
        bytes[0] = 99;
        key.export()[1] = 99;
        assertThat(key.export()).isEqualTo(BYTES);
        assertThat(key).isEqualTo(VolumeKey.of(BYTES)).isNotEqualTo(VolumeKey.of(bytes));
        assertThat(VolumeKey.random(new SecureRandom()))
                .isNotEqualTo(VolumeKey.random(new SecureRandom()));
    }

    @Test
    void whatCannotBeAKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VolumeKey.of(new byte[31]))
                .withMessageContaining("32 bytes, got 31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VolumeKey.of(new byte[32]))
                .withMessageContaining("zeros");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VolumeKey.of(BYTES).forRun(VOLUME, RunId.NONE));
    }

    @Test
    void aClosedKeyIsWipedAndOfNoUse() {
        byte[] owned = BYTES.clone();
        SecretBytes secret = new SecretBytes("AES", owned);
        secret.destroy();
        assertThat(owned).containsOnly(0);
        assertThatIllegalStateException().isThrownBy(secret::getEncoded);

        VolumeKey key = VolumeKey.of(BYTES);
        key.close();
        assertThatIllegalStateException().isThrownBy(key::export);
        assertThatIllegalStateException().isThrownBy(() -> key.forRun(VOLUME, RUN));
        VolumeKey alsoClosed = VolumeKey.of(HEX.parseHex("ff".repeat(32)));
        alsoClosed.close();
        assertThat(key).isNotEqualTo(alsoClosed);
    }

    @Test
    void noKeyIsPrintedOrSerialized() throws Exception {
        VolumeKey key = VolumeKey.of(BYTES);
        RunKey runKey = key.forRun(VOLUME, RUN);
        assertThat(key).hasToString("volume key");
        assertThat(runKey).hasToString("key of volume %s run %s".formatted(VOLUME, RUN));
        assertThat(runKey.sealingKey()).hasToString("AES key");
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatExceptionOfType(NotSerializableException.class)
                    .isThrownBy(() -> out.writeObject(runKey.sealingKey()));
        }
    }
}
