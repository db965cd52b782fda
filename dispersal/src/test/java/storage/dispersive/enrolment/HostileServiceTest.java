package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.enrolment.FakeIdentityService.Answer;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.Forger;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/** What is answered, and by whom, is refused unless all of it is right. */
class HostileServiceTest extends WithIdentityService {

    HostileServiceTest(@TempDir Path place) throws IOException {
        super(place);
    }

    /** What certificate a service makes for a key. */
    private interface Certifying {
        String certify(PublicKey key);
    }

    private void answering(Certifying certifying) {
        service.behave((any, asked) ->
                new Answer(200, certifying.certify(Pem.readPublicKey(asked.body()))));
    }

    /** Also afterwards an honest service is believed. */
    private void assertRefused(String why) {
        pod.turn();
        assertThat(pod.heard).isEmpty();
        assertThat(pod.troubles).singleElement().asString().contains(why);
        assertThat(pod.kept()).doesNotExist();
        service.certifyAgain();
        pod.turnsUntilHeard(1);
        assertThat(pod.troubles).hasSize(1);
    }

    @Test
    void aCertificateOfAnotherPodIsRefused() {
        answering(key -> service.podCertificate(key, "pod-1", clock));
        assertRefused("the certificate is for pod pod-1, not pod pod-0");
    }

    @Test
    void aCertificateOfASidecarIsRefused() {
        answering(key -> service.authority().certifyVnet(key, "pod-0", FakeIdentityService.LIFE));
        assertRefused("the certificate is for the virtual network of pod-0, not pod pod-0");
    }

    @Test
    void aCertificateForAnotherKeyIsRefused() {
        PublicKey other = FreshKey.generate(new SecureRandom()).publicKey();
        answering(key -> service.podCertificate(other, clock));
        assertRefused("for another key");
    }

    @Test
    void aCertificateOfAnAuthorityThatIsNotTrustedIsRefused() {
        CertificateAuthority stranger = FakeIdentityService.newAuthority();
        answering(key ->
                stranger.certifyPod(key, "pod-0", List.of(), List.of(), FakeIdentityService.LIFE));
        assertRefused("of no authority that is trusted here");
    }

    @Test
    void aCertificateThatExpiredIsRefused() {
        Clock before = Clock.offset(clock, FakeIdentityService.LIFE.negated());
        answering(key -> service.podCertificate(key, before));
        assertRefused("the certificate has expired at");
    }

    @Test
    void aCertificateThatBeginsLaterIsRefused() {
        // Certificates begin ten minutes before they are made.
        Clock later = Clock.offset(clock, Duration.ofMinutes(21));
        answering(key -> service.podCertificate(key, later));
        assertRefused("the certificate begins only at");
    }

    @Test
    void aServiceWhoseClockIsTenMinutesAheadIsBelieved() {
        Clock later = Clock.offset(clock, Duration.ofMinutes(20));
        answering(key -> service.podCertificate(key, later));
        pod.turn();
        assertThat(pod.troubles).isEmpty();
        assertThat(pod.leaf().getNotBefore()).isAfter(java.util.Date.from(clock.instant()));
        assertThat(pod.heard).hasSize(1);
    }

    @Test
    void aCertificateWithWhichAPodCannotSignForItsLeasesIsRefused() {
        Forger forger = new Forger(service.authority().authority());
        answering(key -> forger.certify(key, EnrolledPod.SELF.uri()));
        assertRefused("cannot sign for its leases");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "<html>welcome</html>",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            })
    void anAnswerThatIsNoCertificateIsRefused(String body) {
        service.say(200, body);
        assertRefused("the answer is no certificate in PEM");
    }

    @Test
    void anAnswerOfMoreThan64KibIsRefused() {
        answering(key -> {
            String right = service.podCertificate(key, clock);
            return right + "#".repeat(HttpsIdentityService.MAX_ANSWER_BYTES + 1 - right.length());
        });
        assertRefused("gives no usable answer: body exceeds");
    }

    @Test
    void anAnswerOf64KibIsRead() {
        answering(key -> {
            String right = service.podCertificate(key, clock);
            return "#".repeat(HttpsIdentityService.MAX_ANSWER_BYTES - right.length() - 1)
                    + "\n"
                    + right;
        });
        pod.turn();
        assertThat(pod.heard).hasSize(1);
    }

    @Test
    void aReasonThatIsNoLineOfTextIsShownAsOne() {
        service.say(403, "\u0007\t" + "x".repeat(1000));
        pod.turn();
        assertThat(pod.troubles.getFirst()).hasLineCount(1).hasSizeLessThan(400).contains("??xxx");
    }

    @Test
    void anAnswerThatStopsHalfWayIsGivenUp() throws IOException {
        pod.patience(Duration.ofMillis(700));
        service.behave((any, asked) -> new Answer(200, "-----BEGIN", Map.of(), 1000));
        pod.turn();
        assertThat(pod.heard).isEmpty();
        assertThat(pod.troubles).singleElement().asString().contains("longer than 700 ms");
    }

    @Test
    void anAddressAtWhichNobodyListensIsSaid() {
        service.close();
        pod.turn();
        assertThat(pod.troubles).singleElement().asString().contains("nobody listens there");
    }

    @Test
    void aServiceOfAnotherAuthorityGetsNoToken() throws IOException {
        service.show(FakeIdentityService.loopback(FakeIdentityService.newAuthority()));
        pod.turn();
        assertThat(service.asked).isEmpty();
        assertThat(pod.troubles)
                .singleElement()
                .asString()
                .contains("no certificate that is believed here");
    }

    @Test
    void aServiceAtAnAddressThatItsCertificateDoesNotNameGetsNoToken() throws IOException {
        service.show(
                service.authority()
                        .issuePod(
                                "service",
                                List.of(InetAddress.ofLiteral("192.0.2.1")),
                                List.of("localhost"),
                                FakeIdentityService.LIFE));
        pod.turn();
        assertThat(service.asked).isEmpty();
        assertThat(pod.troubles).singleElement().asString().contains("127.0.0.1");
    }

    @Test
    void aPodThatSignsForTheAddressOfTheServiceGetsNoToken() throws IOException {
        IssuedIdentity taken = FakeIdentityService.loopback(service.authority());
        IssuedIdentity forged = new Forger(taken).server(InetAddress.getLoopbackAddress());
        service.show(forged);
        pod.turn();
        assertThat(service.asked).isEmpty();
        assertThat(pod.troubles)
                .singleElement()
                .asString()
                .contains("no certificate that is believed here");
    }

    @Test
    void nothingThatIsToldOrPrintedHasTheTokenOrTheKey() throws IOException {
        service.say(401, "no");
        pod.turn();
        assertThat(pod.troubles.toString()).doesNotContain(FakeIdentityService.TOKEN);
        service.certifyAgain();
        pod.turnsUntilHeard(1);
        assertThat(pod.last().toString()).doesNotContain("PRIVATE");
        assertThat(Files.readString(pod.kept())).contains("PRIVATE");
    }
}
