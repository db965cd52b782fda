package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.enrolment.FakeIdentityService.Answer;
import storage.dispersive.enrolment.FakeIdentityService.Asked;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.Forger;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;

class VolumeIdentitiesTest {

    private static final Duration LIFE = Duration.ofHours(1);
    private static final VolumeName PHOTOS = new VolumeName("media", "photos");
    private static final VolumeId ID = VolumeId.of(new UUID(1, 2));

    private final FakeClock clock = new FakeClock();
    private final FakeIdentityService service = new FakeIdentityService(clock);
    private final SteppedPacer pacer = new SteppedPacer(clock);
    private final Path place;
    private final VolumeIdentities volumes;

    VolumeIdentitiesTest(@TempDir Path place) throws IOException {
        this.place = place;
        Files.writeString(place.resolve("token"), "a-token", StandardCharsets.US_ASCII);
        trust(service.authority().certificatePem());
        service.behave((_, asked) -> new Answer(200, certificate(asked, ID)));
        volumes =
                new VolumeIdentities(
                        settings(),
                        new Enroller.Surroundings(
                                new HttpsIdentityService(Duration.ofSeconds(20)),
                                clock,
                                new SecureRandom(),
                                new Random(7)),
                        pacer,
                        () -> {});
    }

    @AfterEach
    void close() {
        service.close();
    }

    private VolumeEnrolmentSettings settings() {
        return new VolumeEnrolmentSettings(
                service.endpoint(), place.resolve("token"), place.resolve("ca.crt"));
    }

    private void trust(String pem) throws IOException {
        Files.writeString(place.resolve("ca.crt"), pem, StandardCharsets.US_ASCII);
    }

    private String certificate(Asked asked, VolumeId volume) {
        return CertificateAuthority.load(service.authority().authority(), clock)
                .certifyVolume(Pem.readPublicKey(asked.body()), volume, LIFE);
    }

    private EnrolledVolume open() {
        EnrolledVolume volume = volumes.open(PHOTOS, ID);
        pacer.pass(Duration.ZERO);
        return volume;
    }

    @Test
    void aVolumeIsAskedForByNameAndIsWhatItWasExpectedToBe() throws Exception {
        try (EnrolledVolume volume = open()) {
            Asked asked = service.asked.getFirst();
            assertThat(asked.path()).isEqualTo("/v1/identity/volume/media/photos");
            assertThat(asked.token()).isEqualTo("Bearer a-token");
            Credentials credentials = volume.credentials();
            assertThat(credentials.tls()).isNotNull();
            assertThat(PeerIdentity.claimedBy(leaf(credentials)))
                    .isEqualTo(new PeerIdentity.Volume(ID));
            assertThat(volume.await(Duration.ZERO)).isSameAs(credentials);
            assertThat(volume.expiry()).contains(clock.instant().plus(LIFE));
        }
    }

    @Test
    void itSignsLeasesOfItsVolume() throws Exception {
        try (EnrolledVolume volume = open()) {
            Lease lease = new Lease(LeaseId.random(new SecureRandom()), ID, 0, SessionKind.WRITE);
            assertThat(
                            LeaseAuthority.load(volume.credentials().own(), clock)
                                    .issue(lease)
                                    .certificatePem())
                    .contains("BEGIN");
        }
    }

    @Test
    void nothingIsKeptOnTheDisk() throws Exception {
        try (EnrolledVolume _ = open();
                Stream<Path> files = Files.list(place)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("token", "ca.crt");
        }
    }

    private static X509Certificate leaf(Credentials of) {
        return Pem.readCertificate(of.own().certificatePem());
    }

    @Test
    void itIsRenewedWhenTwoThirdsOfItsLifeAreOverWithAnotherKey() throws Exception {
        List<Credentials> heard = new ArrayList<>();
        try (EnrolledVolume volume = open()) {
            volume.follow(heard::add);
            assertThat(heard).containsExactly(volume.credentials());
            // Certificates begin ten minutes before they are made.
            pacer.pass(Duration.ofMinutes(36));
            assertThat(heard).hasSize(1);
            pacer.pass(Duration.ofMinutes(8));
            assertThat(heard).hasSize(2);
            pacer.pass(Duration.ofHours(24));
            assertThat(heard.size()).isBetween(33, 42);
            assertThat(heard.stream().map(it -> it.own().privateKeyPem()).distinct())
                    .hasSameSizeAs(heard);
        }
    }

    @Test
    void whatCannotBeRenewedStaysAndIsAskedForAgain() throws Exception {
        try (EnrolledVolume volume = open()) {
            Credentials first = volume.credentials();
            service.say(503, "later");
            pacer.pass(Duration.ofMinutes(50));
            assertThat(volume.credentials()).isSameAs(first);
            service.behave((_, asked) -> new Answer(200, certificate(asked, ID)));
            pacer.pass(Backoff.LONGEST);
            assertThat(volume.credentials()).isNotSameAs(first);
        }
    }

    @Test
    void aVolumeThatIsClosedIsForgottenAndAskedForNoMore() throws Exception {
        List<Credentials> heard = new ArrayList<>();
        EnrolledVolume volume = open();
        volume.follow(heard::add);
        volume.close();
        pacer.pass(Duration.ofDays(1));
        assertThat(pacer.planned()).isZero();
        assertThat(service.asked).hasSize(1);
        assertThat(heard).hasSize(1);
        assertThatThrownBy(volume::credentials).hasMessageContaining("is served no more");
    }

    /** The answer to a question that was asked before. */
    @Test
    void nothingIsHeardOnceAVolumeIsClosed() {
        List<Credentials> heard = new ArrayList<>();
        EnrolledVolume volume = volumes.open(PHOTOS, ID);
        volume.follow(heard::add);
        service.behave((_, asked) -> {
            volume.close();
            return new Answer(200, certificate(asked, ID));
        });
        pacer.pass(Duration.ofDays(1));
        assertThat(service.asked).hasSize(1);
        assertThat(heard).isEmpty();
        assertThat(pacer.planned()).isZero();
    }

    @Test
    void whyThereIsNoIdentityYetIsSaid() throws Exception {
        service.say(403, "the volume media/photos is not attached to the node that asks");
        try (EnrolledVolume volume = open()) {
            assertThatThrownBy(volume::credentials)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("media/photos has no identity yet")
                    .hasMessageContaining("(403): the volume media/photos is not attached");
            assertThatThrownBy(() -> volume.await(Duration.ofMillis(1)))
                    .hasMessageContaining("no identity yet");
            service.behave((_, asked) -> new Answer(200, certificate(asked, ID)));
            pacer.pass(Duration.ofSeconds(3));
            assertThat(volume.credentials()).isNotNull();
        }
    }

    /** One that was made anew under the name, say. */
    @Test
    void theIdentityOfAnotherVolumeIsRefused() {
        VolumeId other = VolumeId.of(new UUID(3, 4));
        service.behave((_, asked) -> new Answer(200, certificate(asked, other)));
        try (EnrolledVolume volume = open()) {
            assertThatThrownBy(volume::credentials)
                    .hasMessageContaining("the certificate is for volume " + other);
        }
    }

    @Test
    void aCertificateThatCannotSignLeasesIsRefused() {
        Forger forger = new Forger(service.authority().authority());
        String uri = new PeerIdentity.Volume(ID).uri();
        service.behave((_, asked) ->
                new Answer(200, forger.certify(Pem.readPublicKey(asked.body()), uri)));
        try (EnrolledVolume volume = open()) {
            assertThatThrownBy(volume::credentials)
                    .hasMessageContaining("cannot sign for its leases");
        }
    }

    @Test
    void volumesAreRenewedAtMomentsThatAreSpreadByChance() {
        service.behave((_, asked) -> {
            VolumeId id = VolumeId.of(new UUID(0, number(asked.path())));
            return new Answer(200, certificate(asked, id));
        });
        List<EnrolledVolume> all =
                IntStream.range(0, 20)
                        .mapToObj(i ->
                                volumes.open(
                                        new VolumeName("media", "v-" + i),
                                        VolumeId.of(new UUID(0, i))))
                        .toList();
        pacer.pass(Duration.ofMinutes(45));
        Set<Instant> ends = new HashSet<>();
        all.forEach(volume -> ends.add(volume.expiry().orElseThrow()));
        assertThat(ends).hasSizeGreaterThan(15);
        assertThat(service.asked).hasSize(40);
        all.forEach(EnrolledVolume::close);
        assertThat(pacer.planned()).isZero();
    }

    private static int number(String path) {
        return Integer.parseInt(path.substring(path.lastIndexOf('-') + 1));
    }

    @Test
    void anAuthorityThatIsNewIsTrustedAtOnceAndUsedLater() throws Exception {
        List<Credentials> heard = new ArrayList<>();
        try (EnrolledVolume volume = open()) {
            volume.follow(heard::add);
            CertificateAuthority next = FakeIdentityService.newAuthority();
            trust(service.authority().certificatePem() + next.certificatePem());
            service.signWith(next);
            pacer.pass(Duration.ofMinutes(1));
            assertThat(heard).hasSize(2);
            assertThat(heard.getLast().own()).isEqualTo(heard.getFirst().own());
            pacer.pass(Duration.ofMinutes(10));
            assertThat(heard).hasSize(3);
            leaf(heard.getLast()).verify(Pem.readCertificate(next.certificatePem()).getPublicKey());
        }
    }

    @Test
    void aHundredVolumesShareAFewThreads() throws Exception {
        service.behave((_, asked) -> {
            VolumeId id = VolumeId.of(new UUID(0, number(asked.path())));
            return new Answer(200, certificate(asked, id));
        });
        List<EnrolledVolume> all = new ArrayList<>();
        try (VolumeIdentities real = VolumeIdentities.start(settings())) {
            for (int i = 0; i < 100; i++) {
                all.add(real.open(new VolumeName("media", "v-" + i), VolumeId.of(new UUID(0, i))));
            }
            for (EnrolledVolume volume : all) {
                assertThat(volume.await(Duration.ofMinutes(2))).isNotNull();
            }
            assertThat(
                            Thread.getAllStackTraces().keySet().stream()
                                    .filter(it -> it.getName().startsWith("volume-identity-")))
                    .hasSizeLessThanOrEqualTo(4);
            all.forEach(EnrolledVolume::close);
        }
    }

    @Test
    void namesAreThoseOfKubernetesAndNothingElse() {
        assertThat(VolumeName.parse("a/b.c-1")).isEqualTo(new VolumeName("a", "b.c-1"));
        String longest = "a".repeat(63);
        assertThat(VolumeName.parse(longest + "/" + longest + "." + longest)).isNotNull();
        for (String wrong :
                List.of(
                        "",
                        "a",
                        "/",
                        "a/",
                        "/b",
                        "a/b/c",
                        "a//b",
                        "A/b",
                        "a/B",
                        "a.b/c",
                        "../b",
                        "a/..",
                        "a/.",
                        "a/b.",
                        "a/.b",
                        "a/b..c",
                        "a/-b",
                        "a/b-",
                        "a/b%2e",
                        "a%2fb",
                        "a/b\n",
                        "a/b?c",
                        "a/\u00e4",
                        "a/b\0",
                        longest + "a/b",
                        "a/" + longest + "a",
                        "a/" + (longest + ".").repeat(4) + "a")) {
            assertThatThrownBy(() -> VolumeName.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
