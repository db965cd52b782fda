package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.identity.CertificateAuthority;

class RenewalTest {

    /** Certificates begin ten minutes before they are made. */
    private static final Duration BEFORE = Duration.ofMinutes(10);

    private static final Duration WHOLE = FakeIdentityService.LIFE.plus(BEFORE);

    private final FakeClock clock = new FakeClock();
    private final FakeIdentityService service = new FakeIdentityService(clock);
    private final EnrolledPod pod;

    RenewalTest(@TempDir Path place) throws IOException {
        pod = new EnrolledPod(place, clock, service.endpoint());
    }

    @BeforeEach
    void enrol() throws IOException {
        pod.trust(service.authority().certificatePem());
        pod.turn();
        assertThat(pod.heard).hasSize(1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void anIdentityIsRenewedWhenTwoThirdsOfItsLifeAreOver() {
        Duration taken = pod.turnsUntilHeard(2).plus(BEFORE);
        Duration earliest = WHOLE.multipliedBy(2).dividedBy(3);
        assertThat(taken)
                .isBetween(earliest, earliest.plus(WHOLE.dividedBy(10)).plus(Enroller.LOOK));
        assertThat(service.asked).hasSize(2);
    }

    @Test
    void eachIdentityHasAKeyOfItsOwn() {
        pod.turnsUntilHeard(5);
        Set<String> keys = new HashSet<>();
        pod.heard.forEach(next -> keys.add(next.own().privateKeyPem()));
        assertThat(keys).hasSize(5);
        Set<String> asked = new HashSet<>();
        service.asked.forEach(one -> asked.add(one.body()));
        assertThat(asked).hasSize(5);
    }

    @Test
    void theMomentsOfRenewalAreSpreadByChance() {
        Duration one = pod.turnsUntilHeard(2);
        Duration other = pod.turnsUntilHeard(3);
        assertThat(one.minus(other).abs()).isGreaterThan(Enroller.LOOK.multipliedBy(2));
    }

    @Test
    void anIdentityThatCannotBeRenewedStaysAndIsAskedForAgain() {
        Credentials first = pod.last();
        service.say(503, "later");
        clock.pass(WHOLE.multipliedBy(8).dividedBy(10));
        pod.turn();
        clock.pass(pod.turn());
        clock.pass(pod.turn());
        assertThat(pod.last()).isSameAs(first);
        assertThat(pod.heard).hasSize(1);
        assertThat(service.asked.size()).isGreaterThan(1);
        assertThat(pod.troubles).hasSize(1);
        service.certifyAgain();
        assertThat(pod.turnsUntilHeard(2)).isLessThanOrEqualTo(Backoff.LONGEST);
    }

    @Test
    void aRenewedIdentityIsTheOneThatIsKept() throws IOException {
        pod.turnsUntilHeard(2);
        Credentials second = pod.last();
        pod.restart();
        pod.turn();
        assertThat(pod.last()).isEqualTo(second);
    }

    @Test
    void aPodThatIsStartedAgainAfterTwoThirdsServesAtOnceAndRenews() throws IOException {
        clock.pass(WHOLE.multipliedBy(8).dividedBy(10));
        pod.restart();
        assertThat(pod.turn()).isZero();
        assertThat(pod.heard).hasSize(1);
        assertThat(service.asked).hasSize(1);
        pod.turnsUntilHeard(2);
    }

    @Test
    void aNewAuthorityIsTrustedAtOnceAndUsedWhenAllHadTimeToTrustIt() throws IOException {
        CertificateAuthority old = service.authority();
        CertificateAuthority next = FakeIdentityService.newAuthority();
        String both = old.certificatePem() + next.certificatePem();
        pod.trust(both);
        Credentials first = pod.last();
        pod.turn();
        assertThat(pod.heard).hasSize(2);
        assertThat(pod.last().authorityPem()).isEqualTo(both);
        assertThat(pod.last().own()).isEqualTo(first.own());
        service.signWith(next);
        assertThat(pod.turnsUntilHeard(3))
                .isBetween(
                        RenewalPlan.ROOTS_SPREAD,
                        RenewalPlan.ROOTS_SPREAD.multipliedBy(2).plus(Enroller.LOOK));
        pod.assertSignedBy(next);
        service.show(FakeIdentityService.loopback(next));
        pod.trust(next.certificatePem());
        pod.turn();
        assertThat(pod.heard).hasSize(4);
        assertThat(pod.last().own()).isEqualTo(pod.heard.get(2).own());
        pod.turnsUntilHeard(5);
        assertThat(service.asked).hasSize(3);
    }

    @Test
    void aNewAuthorityIsUsedAlsoIfThePodIsStartedAgainMeanwhile() throws IOException {
        CertificateAuthority old = service.authority();
        CertificateAuthority next = FakeIdentityService.newAuthority();
        pod.trust(old.certificatePem() + next.certificatePem());
        pod.turn();
        service.signWith(next);
        pod.restart();
        assertThat(pod.turnsUntilHeard(2))
                .isLessThanOrEqualTo(RenewalPlan.ROOTS_SPREAD.multipliedBy(2).plus(Enroller.LOOK));
        pod.assertSignedBy(next);
    }

    @Test
    void anIdentityOfAnAuthorityThatIsTrustedNoMoreIsRenewedAtOnce() throws IOException {
        CertificateAuthority next = FakeIdentityService.newAuthority();
        service.signWith(next);
        service.show(FakeIdentityService.loopback(next));
        pod.trust(next.certificatePem());
        pod.turn();
        assertThat(pod.heard).hasSize(3);
        pod.assertSignedBy(next);
    }

    @Test
    void authoritiesThatBecomeUnreadableStayTrusted() throws IOException {
        pod.trust("");
        clock.pass(pod.turn());
        clock.pass(pod.turn());
        assertThat(pod.heard).hasSize(1);
        assertThat(pod.troubles).singleElement().asString().contains("no certificates in PEM");
        assertThat(pod.turnsUntilHeard(2)).isPositive();
        assertThat(pod.last().authorityPem()).isEqualTo(service.authority().certificatePem());
    }
}
