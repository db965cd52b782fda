package storage.dispersive.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;

class CertificateAuthorityTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final CertificateAuthority authority =
            CertificateAuthority.create("san", DAY.multipliedBy(365), CLOCK);

    @Test
    void aPodsCertificateNamesItAndItsAddressesAndIsSignedByTheAuthority() throws Exception {
        InetAddress address = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
        X509Certificate pod =
                read(authority.issuePod("pod-3", List.of(address), List.of("pod-3.san"), DAY));
        pod.verify(Pem.readCertificate(authority.certificatePem()).getPublicKey());
        assertThat(pod.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(6, "dispersive://pod/pod-3"),
                        List.of(7, "10.1.2.3"),
                        List.of(2, "pod-3.san"));
        assertThat(pod.getBasicConstraints()).isZero();
        assertThat(((ECPublicKey) pod.getPublicKey()).getParams().getOrder().bitLength())
                .isEqualTo(256);
        assertThat(pod.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    }

    @Test
    void aVolumesCertificateCannotServe() throws Exception {
        VolumeId volume = new VolumeId(1, 2);
        X509Certificate certificate = read(authority.issueVolume(volume, DAY));
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(List.of(6, "dispersive://volume/" + volume));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(read(authority.issueAdmin(DAY)).getSubjectAlternativeNames())
                .containsExactly(List.of(6, "dispersive://admin"));
    }

    @Test
    void whoMakesVirtualNetworksCallsAndServesAndSignsNobody() throws Exception {
        X509Certificate vnet = read(authority.issueVnet("node-1", DAY));
        assertThat(vnet.getSubjectAlternativeNames())
                .containsExactly(List.of(6, "dispersive://vnet/node-1"));
        assertThat(vnet.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(vnet.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void podsAndVolumesMaySignEndsAndNobodyElseSignsAnything() throws Exception {
        X509Certificate root = Pem.readCertificate(authority.certificatePem());
        assertThat(root.getBasicConstraints()).isEqualTo(1);
        X509Certificate volume = read(authority.issueVolume(new VolumeId(1, 2), DAY));
        X509Certificate pod = read(authority.issuePod("pod-3", List.of(), List.of(), DAY));
        for (X509Certificate small : List.of(volume, pod)) {
            assertThat(small.getBasicConstraints()).isZero();
            assertThat(small.getKeyUsage()[0]).as("digitalSignature").isTrue();
            assertThat(small.getKeyUsage()[5]).as("keyCertSign").isTrue();
        }
        X509Certificate admin = read(authority.issueAdmin(DAY));
        assertThat(admin.getBasicConstraints()).isEqualTo(-1);
        assertThat(admin.getKeyUsage()[5]).as("keyCertSign").isFalse();
    }

    @Test
    void whatCannotBeAPodsNameIsNotCertified() {
        assertThatThrownBy(() -> authority.issuePod("a/lease/b", List.of(), List.of(), DAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> authority.issueVnet("a/b", DAY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void validityIsCountedFromTheClockThatWasGiven() throws Exception {
        X509Certificate certificate = read(authority.issueAdmin(DAY));
        Instant now = CLOCK.instant();
        certificate.checkValidity(Date.from(now));
        certificate.checkValidity(Date.from(now.plus(DAY).minusSeconds(1)));
        assertThatThrownBy(() -> certificate.checkValidity(Date.from(now.plus(DAY).plusSeconds(1))))
                .isInstanceOf(CertificateExpiredException.class);
    }

    @Test
    void anAuthorityThatWasWrittenDownIssuesOn() throws Exception {
        CertificateAuthority again = CertificateAuthority.load(authority.authority(), CLOCK);
        X509Certificate one = read(again.issueAdmin(DAY));
        one.verify(Pem.readCertificate(authority.certificatePem()).getPublicKey());
        assertThat(one.getSerialNumber())
                .isNotEqualTo(read(again.issueAdmin(DAY)).getSerialNumber());
    }

    @Test
    void whatIsNoAuthorityIsNotLoaded() {
        IssuedIdentity admin = authority.issueAdmin(DAY);
        assertThatThrownBy(() -> CertificateAuthority.load(admin, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an authority");
        IssuedIdentity mixed =
                new IssuedIdentity(authority.certificatePem(), admin.privateKeyPem());
        assertThatThrownBy(() -> CertificateAuthority.load(mixed, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key");
        assertThatThrownBy(() -> CertificateAuthority.load(new IssuedIdentity("x", "y"), CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdentityDoesNotPrintItsKey() {
        assertThat(authority.issueAdmin(DAY).toString()).doesNotContain("PRIVATE");
    }

    private static X509Certificate read(IssuedIdentity issued) {
        return Pem.readCertificate(issued.certificatePem());
    }
}
