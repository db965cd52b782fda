package storage.dispersive.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.pem.KeyProof;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;

/** Certificates for keys that the authority never sees. */
class CertifiedKeyTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority authority =
            CertificateAuthority.create("san", DAY, Clock.systemUTC());

    private static KeyPair keyOn(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    @Test
    void aPodsCertificateIsForTheKeyThatWasShownAndElseLikeAnyPods() throws Exception {
        KeyPair pair = keyOn("secp256r1");
        PublicKey shown = Pem.readPublicKey(Pem.write(pair.getPublic()));
        X509Certificate made =
                Pem.readCertificate(
                        authority.certifyPod(shown, "pod-3", List.of(), List.of("pod-3.san"), DAY));
        assertThat(KeyProof.belongTogether(made, pair.getPrivate())).isTrue();
        assertThat(KeyProof.belongTogether(made, keyOn("secp256r1").getPrivate())).isFalse();
        made.verify(Pem.readCertificate(authority.certificatePem()).getPublicKey());
        X509Certificate usual =
                Pem.readCertificate(
                        authority
                                .issuePod("pod-3", List.of(), List.of("pod-3.san"), DAY)
                                .certificatePem());
        assertThat(made.getSubjectAlternativeNames())
                .containsExactlyElementsOf(usual.getSubjectAlternativeNames());
        assertThat(made.getExtendedKeyUsage()).isEqualTo(usual.getExtendedKeyUsage());
        assertThat(made.getKeyUsage()).isEqualTo(usual.getKeyUsage());
        assertThat(made.getBasicConstraints()).isEqualTo(usual.getBasicConstraints());
    }

    @Test
    void aSidecarsCertificateSignsNobody() throws Exception {
        KeyPair pair = keyOn("secp256r1");
        X509Certificate made =
                Pem.readCertificate(authority.certifyVnet(pair.getPublic(), "node-1", DAY));
        assertThat(made.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(made.getSubjectAlternativeNames())
                .containsExactly(List.of(6, "dispersive://vnet/node-1"));
        assertThat(made.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void aVolumesCertificateIsLikeThatOfAnyVolume() throws Exception {
        KeyPair pair = keyOn("secp256r1");
        VolumeId volume = VolumeId.of(new UUID(1, 2));
        X509Certificate made =
                Pem.readCertificate(authority.certifyVolume(pair.getPublic(), volume, DAY));
        X509Certificate usual =
                Pem.readCertificate(authority.issueVolume(volume, DAY).certificatePem());
        assertThat(made.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(made.getSubjectAlternativeNames())
                .containsExactlyElementsOf(usual.getSubjectAlternativeNames());
        assertThat(made.getExtendedKeyUsage()).isEqualTo(usual.getExtendedKeyUsage());
        assertThat(made.getKeyUsage()).isEqualTo(usual.getKeyUsage());
        assertThat(made.getBasicConstraints()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp384r1", "secp521r1"})
    void aKeyOnAnotherCurveIsNotCertified(String curve) throws Exception {
        PublicKey key = keyOn(curve).getPublic();
        assertThatThrownBy(() -> authority.certifyVnet(key, "node-1", DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("P-256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "-----BEGIN PUBLIC KEY-----\nAAAA\n"})
    void whatIsNoPublicKeyIsNotRead(String pem) {
        assertThatThrownBy(() -> Pem.readPublicKey(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a public EC key");
    }

    @Test
    void anotherKindOfKeyIsNotRead() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        assertThatThrownBy(() -> Pem.readPublicKey(Pem.write(rsa.getPublic())))
                .isInstanceOf(IllegalArgumentException.class);
        KeyPair pair = keyOn("secp256r1");
        assertThatThrownBy(() -> Pem.readPublicKey(Pem.write(pair.getPrivate())))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
