package storage.dispersive.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.KeyProof;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;

class LeaseAuthorityTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final Lease LEASE =
            new Lease(new LeaseId(0x0123456789abcdefL, 5), VOLUME, 3, SessionKind.WRITE);
    private static final String HEX = "0123456789abcdef0000000000000005";

    private final CertificateAuthority root = CertificateAuthority.create("san", YEAR, CLOCK);
    private final IssuedIdentity volume = root.issueVolume(VOLUME, YEAR);
    private final IssuedIdentity pod = root.issuePod("pod-3", List.of(), List.of(), YEAR);

    @Test
    void aVolumesLeaseNamesItsSlotAndSessionAndOnlyCalls() throws Exception {
        IssuedIdentity leased = LeaseAuthority.load(volume, CLOCK).issue(LEASE);
        X509Certificate leaf = Pem.readCertificate(leased.certificatePem());
        leaf.verify(Pem.readCertificate(volume.certificatePem()).getPublicKey());
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactly(
                        List.of(6, "dispersive://volume/" + VOLUME + "/lease/" + HEX + "/3/write"));
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(leased.certificatePem()).endsWith(volume.certificatePem());
        assertThat(KeyProof.belongTogether(leaf, Pem.readPrivateKey(leased.privateKeyPem(), leaf)))
                .isTrue();
    }

    @Test
    void aPodsLeaseNamesThePodAndOnlyServes() throws Exception {
        IssuedIdentity leased = LeaseAuthority.load(pod, CLOCK).issue(LEASE);
        X509Certificate leaf = Pem.readCertificate(leased.certificatePem());
        leaf.verify(Pem.readCertificate(pod.certificatePem()).getPublicKey());
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactly(List.of(6, "dispersive://pod/pod-3/lease/" + HEX));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void everyLeaseGetsAKeyOfItsOwn() {
        LeaseAuthority authority = LeaseAuthority.load(volume, CLOCK);
        assertThat(authority.issue(LEASE).privateKeyPem())
                .isNotEqualTo(authority.issue(LEASE).privateKeyPem());
    }

    @Test
    void aLeasesCertificateIsValidForMinutesAlsoByAClockThatIsSlow() throws Exception {
        X509Certificate leaf =
                Pem.readCertificate(
                        LeaseAuthority.load(volume, CLOCK).issue(LEASE).certificatePem());
        Duration slack = CertificateTimes.CLOCK_SLACK;
        leaf.checkValidity(Date.from(NOW.minus(slack)));
        leaf.checkValidity(Date.from(NOW.plus(slack)));
        assertThat(leaf.getNotAfter()).isBefore(Date.from(NOW.plus(Duration.ofMinutes(15))));
    }

    @Test
    void aVolumeLeasesNothingOfAnotherVolume() {
        Lease other = new Lease(LEASE.id(), new VolumeId(7, 7), 3, SessionKind.WRITE);
        LeaseAuthority authority = LeaseAuthority.load(volume, CLOCK);
        assertThatThrownBy(() -> authority.issue(other))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodyElseLeases() {
        IssuedIdentity leased = LeaseAuthority.load(volume, CLOCK).issue(LEASE);
        for (IssuedIdentity none :
                List.of(
                        root.issueAdmin(YEAR),
                        root.issueVnet("node-1", YEAR),
                        new Forger(root.authority()).authority("dispersive://vnet/node-1"),
                        leased,
                        root.authority())) {
            assertThatThrownBy(() -> LeaseAuthority.load(none, CLOCK))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        IssuedIdentity mixed = new IssuedIdentity(volume.certificatePem(), pod.privateKeyPem());
        assertThatThrownBy(() -> LeaseAuthority.load(mixed, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key");
    }
}
