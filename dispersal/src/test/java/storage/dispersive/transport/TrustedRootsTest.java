package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.Forger;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

class TrustedRootsTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final VolumeId VOLUME = new VolumeId(1, 2);
    private static final VolumeId OTHER_VOLUME = new VolumeId(1, 3);
    private static final PodName POD = new PodName("pod-0");
    private static final PodName OTHER_POD = new PodName("pod-1");
    private static final LeaseId ID = new LeaseId(8, 9);
    private static final Lease LEASE = new Lease(ID, VOLUME, 3, SessionKind.WRITE);
    private static final Lease OTHER_LEASE = new Lease(ID, OTHER_VOLUME, 3, SessionKind.WRITE);

    private final CertificateAuthority root =
            CertificateAuthority.create("san", YEAR, Clock.systemUTC());
    private final TrustedRoots roots = TrustedRoots.read(root.certificatePem());
    private final IssuedIdentity volume = root.issueVolume(VOLUME, YEAR);
    private final IssuedIdentity pod = issuePod(POD);

    private IssuedIdentity issuePod(PodName name) {
        return root.issuePod(name.value(), List.of(), List.of(), YEAR);
    }

    private static IssuedIdentity lease(IssuedIdentity issuer, Lease lease) {
        return LeaseAuthority.load(issuer, Clock.systemUTC()).issue(lease);
    }

    private PeerIdentity identify(String... pems) {
        return roots.identify(chain(pems));
    }

    private static Certificate[] chain(String... pems) {
        String all = String.join("", pems);
        return all.isEmpty()
                ? new Certificate[0]
                : Pem.readCertificates(all).toArray(Certificate[]::new);
    }

    private void assertRefused(String why, String... pems) {
        assertThatThrownBy(() -> identify(pems))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    /** The certificates of a chain, each alone. */
    private static String[] split(IssuedIdentity issued) {
        String end = "-----END CERTIFICATE-----\n";
        return issued.certificatePem().split("(?<=" + end + ")");
    }

    @Test
    void whatTheRootIssuedIsBelieved() {
        assertThat(identify(volume.certificatePem())).isEqualTo(new PeerIdentity.Volume(VOLUME));
        assertThat(identify(pod.certificatePem())).isEqualTo(new PeerIdentity.Pod(POD));
        assertThat(identify(root.issueAdmin(YEAR).certificatePem()))
                .isEqualTo(new PeerIdentity.Admin());
        assertThat(identify(root.issueVnet("node-7", YEAR).certificatePem()))
                .isEqualTo(new PeerIdentity.Vnet("node-7"));
    }

    @Test
    void leasesOfAVolumeAndOfAPodAreBelieved() {
        assertThat(identify(lease(volume, LEASE).certificatePem()))
                .isEqualTo(new PeerIdentity.LeasedVolume(LEASE));
        Lease reading = new Lease(ID, VOLUME, 31, SessionKind.READ);
        assertThat(identify(lease(volume, reading).certificatePem()))
                .isEqualTo(new PeerIdentity.LeasedVolume(reading));
        assertThat(identify(lease(pod, LEASE).certificatePem()))
                .isEqualTo(new PeerIdentity.LeasedPod(POD, ID));
    }

    static List<PeerIdentity> notAVolumesToSay() {
        return List.of(
                new PeerIdentity.Admin(),
                new PeerIdentity.Vnet("node-7"),
                new PeerIdentity.Pod(POD),
                new PeerIdentity.Volume(VOLUME),
                new PeerIdentity.Volume(OTHER_VOLUME),
                new PeerIdentity.LeasedVolume(OTHER_LEASE),
                new PeerIdentity.LeasedPod(POD, ID));
    }

    @ParameterizedTest
    @MethodSource("notAVolumesToSay")
    void aVolumesKeyMakesNobodyButLeasesOfThatVolume(PeerIdentity claimed) {
        assertRefused("only", new Forger(volume).end(claimed.uri()).certificatePem());
    }

    static List<PeerIdentity> notAPodsToSay() {
        return List.of(
                new PeerIdentity.Admin(),
                new PeerIdentity.Vnet("node-7"),
                new PeerIdentity.Pod(POD),
                new PeerIdentity.Pod(OTHER_POD),
                new PeerIdentity.Volume(VOLUME),
                new PeerIdentity.LeasedVolume(LEASE),
                new PeerIdentity.LeasedPod(OTHER_POD, ID));
    }

    @ParameterizedTest
    @MethodSource("notAPodsToSay")
    void aPodsKeyMakesNobodyButLeasesOfThatPod(PeerIdentity claimed) {
        assertRefused("only", new Forger(pod).end(claimed.uri()).certificatePem());
    }

    @Test
    void theRootsOwnSignatureMakesNoLease() {
        Forger forger = new Forger(root.authority());
        String leased = forger.end(new PeerIdentity.LeasedVolume(LEASE).uri()).certificatePem();
        assertRefused("identities", leased); // the root follows, and is nobody
        assertRefused("only", split(forger.end(new PeerIdentity.LeasedPod(POD, ID).uri()))[0]);
        assertRefused("only", split(new IssuedIdentity(leased, ""))[0], volume.certificatePem());
    }

    @Test
    void whomALeaseSignedIsNobody() {
        String lease = new PeerIdentity.LeasedVolume(LEASE).uri();
        IssuedIdentity greedy = new Forger(volume).authority(lease);
        assertThat(identify(greedy.certificatePem()))
                .isEqualTo(new PeerIdentity.LeasedVolume(LEASE));
        assertRefused("only", new Forger(greedy).end(lease).certificatePem());
        IssuedIdentity honest = lease(volume, LEASE);
        assertRefused("only", new Forger(honest).end(lease).certificatePem());
    }

    @Test
    void theOrderOfTheOthersAndWhatElseIsShownMeansNothing() {
        String[] leased = split(lease(volume, LEASE));
        String otherVolume = root.issueVolume(OTHER_VOLUME, YEAR).certificatePem();
        String renewed = root.issueVolume(VOLUME, YEAR).certificatePem();
        assertThat(
                        identify(
                                leased[0],
                                root.certificatePem(),
                                otherVolume,
                                renewed,
                                leased[1],
                                pod.certificatePem()))
                .isEqualTo(new PeerIdentity.LeasedVolume(LEASE));
    }

    @Test
    void theFirstShownIsTheOneWhoseKeyWasUsed() {
        String[] leased = split(lease(volume, LEASE));
        assertThat(identify(leased[1], leased[0])).isEqualTo(new PeerIdentity.Volume(VOLUME));
    }

    @Test
    void aLeaseWithoutItsSignerIsNobody() {
        String[] leased = split(lease(volume, LEASE));
        assertRefused("only", leased[0]);
        assertRefused("only", leased[0], root.issueVolume(VOLUME, YEAR).certificatePem());
        assertRefused("only", leased[0], pod.certificatePem());
    }

    @Test
    void theSignersNameIsNotEnough() {
        CertificateAuthority likeTheRoot =
                CertificateAuthority.create("san", YEAR, Clock.systemUTC());
        IssuedIdentity otherVolume = likeTheRoot.issueVolume(VOLUME, YEAR);
        assertRefused("only", otherVolume.certificatePem());
        assertRefused("only", lease(otherVolume, LEASE).certificatePem());
        assertRefused("only", split(lease(otherVolume, LEASE))[0], volume.certificatePem());
    }

    @Test
    void noMoreIsLookedAtThanACertificateNeeds() {
        String[] shown = new String[TrustedRoots.MAX_SHOWN + 1];
        Arrays.fill(shown, volume.certificatePem());
        assertRefused("were shown", shown);
        assertRefused("were shown");
    }

    @Test
    void whatHasExpiredIsNobody() {
        Clock anHourAgo = Clock.fixed(Instant.now().minus(Duration.ofHours(1)), ZoneOffset.UTC);
        IssuedIdentity late = LeaseAuthority.load(volume, anHourAgo).issue(LEASE);
        assertRefused("only", late.certificatePem());
        CertificateAuthority then = CertificateAuthority.load(root.authority(), anHourAgo);
        IssuedIdentity expired = then.issueVolume(VOLUME, Duration.ofMinutes(50));
        assertRefused("only", expired.certificatePem());
        assertRefused("only", lease(expired, LEASE).certificatePem());
    }

    @Test
    void duringARotationBothRootsAreTrusted() {
        CertificateAuthority next = CertificateAuthority.create("next", YEAR, Clock.systemUTC());
        TrustedRoots both = TrustedRoots.read(root.certificatePem() + next.certificatePem());
        for (CertificateAuthority one : List.of(root, next)) {
            IssuedIdentity issued = one.issueVolume(VOLUME, YEAR);
            assertThat(both.identify(chain(issued.certificatePem())))
                    .isEqualTo(new PeerIdentity.Volume(VOLUME));
            assertThat(both.identify(chain(lease(issued, LEASE).certificatePem())))
                    .isEqualTo(new PeerIdentity.LeasedVolume(LEASE));
        }
        assertRefused("only", next.issueVolume(VOLUME, YEAR).certificatePem());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dispersive://volume/00000000-0000-0001-0000-000000000002/",
                "dispersive://volume/0-0-1-0-2",
                "dispersive://admin/",
                "dispersive://root",
                "dispersive://",
                "dispersive://vnet/",
                "dispersive://vnet/Node",
                "dispersive://pod/pod-0/lease/00000000000000080000000000000009/3/write",
                "dispersive://volume/00000000-0000-0001-0000-000000000002/lease/"
                        + "00000000000000080000000000000009",
                "dispersive://volume/00000000-0000-0001-0000-000000000002/lease/"
                        + "00000000000000080000000000000009/03/write",
                "dispersive://volume/00000000-0000-0001-0000-000000000002/lease/"
                        + "00000000000000080000000000000009/3/WRITE",
                "dispersive://volume/00000000-0000-0001-0000-000000000002/lease/"
                        + "00000000000000080000000000000009/32/write",
                "dispersive://volume/00000000-0000-0001-0000-000000000002/leased/"
                        + "00000000000000080000000000000009/3/write"
            })
    void anIdentityHasOneSpelling(String uri) {
        for (IssuedIdentity issuer : List.of(root.authority(), volume)) {
            Forger forger = new Forger(issuer);
            assertThatThrownBy(() -> identify(forger.end(uri).certificatePem()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("only");
        }
    }

    @Test
    void nobodyIsTwo() {
        Forger forger = new Forger(root.authority());
        String one = new PeerIdentity.Volume(VOLUME).uri();
        String two = new PeerIdentity.Volume(OTHER_VOLUME).uri();
        assertRefused("2 identities", forger.end(one, two).certificatePem());
        assertRefused("0 identities", forger.end("https://example.org/").certificatePem());
    }

    @Test
    void withoutARootNobodyIsTrusted() {
        assertThatThrownBy(() -> TrustedRoots.read(""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrustedRoots.read("rubbish"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
