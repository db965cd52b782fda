package storage.dispersive.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HkdfTest {

    @ParameterizedTest
    @CsvSource({
        // RFC 5869, test cases A.1 and A.3.
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c,"
                + " f0f1f2f3f4f5f6f7f8f9, 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56"
                + "ecc4c5bf34007208d5b887185865",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '', 8da4e775a563c18f715f802a063c5a31"
                + "b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void itIsTheHkdfOfTheRfc(String key, String salt, String info, String expected) {
        HexFormat hex = HexFormat.of();
        byte[] derived =
                Hkdf.derive(
                        hex.parseHex(key),
                        hex.parseHex(salt),
                        hex.parseHex(info),
                        expected.length() / 2);
        assertThat(hex.formatHex(derived)).isEqualTo(expected);
    }
}
