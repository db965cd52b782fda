package storage.dispersive.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.enrolment.FakeIdentityService.Answer;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;

class FirstEnrolmentTest extends WithIdentityService {

    FirstEnrolmentTest(@TempDir Path place) throws IOException {
        super(place);
    }

    @Test
    void aPodWithoutAnIdentityAsksOnceAndHasOne() {
        assertThat(pod.turn()).isEqualTo(Enroller.LOOK);
        assertThat(pod.heard).hasSize(1);
        assertThat(pod.last().authorityPem()).isEqualTo(service.authority().certificatePem());
        assertThat(PeerIdentity.claimedBy(pod.leaf())).isEqualTo(EnrolledPod.SELF);
        assertThat(pod.last().tls()).isNotNull();
        assertThat(pod.troubles).isEmpty();
        pod.turn();
        assertThat(service.asked).hasSize(1);
    }

    @Test
    void theQuestionIsThePublicKeyUnderTheToken() {
        pod.turn();
        FakeIdentityService.Asked asked = service.asked.getFirst();
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.path()).isEqualTo("/v1/identity");
        assertThat(asked.token()).isEqualTo("Bearer " + FakeIdentityService.TOKEN);
        assertThat(asked.contentType()).isEqualTo("application/x-pem-file");
        ECPublicKey key = (ECPublicKey) Pem.readPublicKey(asked.body());
        assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256);
        assertThat(key).isEqualTo(pod.leaf().getPublicKey());
        assertThat(asked.body()).doesNotContain("PRIVATE");
    }

    @Test
    void onlyTheOwnerMayReadWhatIsKept() throws IOException {
        pod.turn();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pod.kept())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pod.directory())))
                .isEqualTo("rwx------");
        assertThat(pod.directory().toFile().list()).containsExactly("identity.pem");
    }

    @Test
    void aPodThatIsStartedAgainNeedsNoService() throws IOException {
        pod.turn();
        Credentials first = pod.last();
        service.close();
        pod.restart();
        pod.turn();
        assertThat(pod.last()).isEqualTo(first);
        assertThat(pod.troubles).isEmpty();
    }

    @Test
    void whatIsKeptIsNotUsedWhenItIsAboutToExpire() throws IOException {
        pod.turn();
        Credentials first = pod.last();
        clock.pass(FakeIdentityService.LIFE.minusMinutes(9));
        pod.restart();
        pod.turn();
        assertThat(pod.heard).hasSize(1).doesNotContain(first);
        assertThat(pod.troubles).singleElement().asString().contains("has expired at");
    }

    @Test
    void whatIsKeptOfAnotherAuthorityIsNotUsed() throws IOException {
        pod.turn();
        Credentials first = pod.last();
        var next = FakeIdentityService.newAuthority();
        service.signWith(next);
        service.show(FakeIdentityService.loopback(next));
        pod.trust(next.certificatePem());
        pod.restart();
        pod.turn();
        assertThat(pod.heard).hasSize(1).doesNotContain(first);
        assertThat(pod.troubles).singleElement().asString().contains("of no authority");
    }

    @Test
    void aServiceThatIsAwayIsAskedAgainEverMoreRarelyAndToldOfOnce() throws IOException {
        service.say(500, "out of order");
        Duration before = pod.turn();
        assertThat(before).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        for (int asked = 1; asked < 20; asked++) {
            clock.pass(untilAsked(asked + 1));
        }
        Duration last = untilAsked(21);
        assertThat(last).isBetween(Backoff.LONGEST.dividedBy(2), Backoff.LONGEST);
        assertThat(pod.troubles)
                .singleElement()
                .asString()
                .isEqualTo(
                        "no identity: "
                                + pod.settings().resource()
                                + " answers with status 500 instead of a certificate: out of"
                                + " order");
        service.certifyAgain();
        pod.turnsUntilHeard(1);
        assertThat(PeerIdentity.claimedBy(pod.leaf())).isEqualTo(EnrolledPod.SELF);
    }

    /** How long it takes until there were so many questions. */
    private Duration untilAsked(int count) {
        Duration passed = Duration.ZERO;
        while (service.asked.size() < count) {
            Duration pause = pod.turn();
            if (service.asked.size() < count) {
                clock.pass(pause);
                passed = passed.plus(pause);
            }
        }
        return passed;
    }

    @ParameterizedTest
    @CsvSource({
        "401,refuses (401): the token is of nobody",
        "403,refuses (403): the token is of nobody",
        "429,is busy (429): the token is of nobody",
        "503,is busy (503): the token is of nobody",
        "302,answers with status 302 instead of a certificate: the token is of nobody",
        "404,answers with status 404 instead of a certificate: the token is of nobody"
    })
    void theReasonOfTheServiceIsTold(int status, String told) {
        service.say(status, "the token is of nobody\nand more");
        pod.turn();
        assertThat(pod.heard).isEmpty();
        assertThat(pod.troubles).singleElement().asString().endsWith(told);
        service.certifyAgain();
        pod.turnsUntilHeard(1);
    }

    @Test
    void aServiceThatWantsToBeLeftAloneIs() {
        service.behave((any, asked) -> new Answer(503, "", Map.of("Retry-After", "120"), 0));
        pod.turn();
        service.certifyAgain();
        assertThat(pod.turnsUntilHeard(1))
                .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(122));
    }

    @Test
    void nobodyIsLeftAloneForLongerThanTenMinutes() {
        service.behave((any, asked) -> new Answer(429, "", Map.of("Retry-After", "999999"), 0));
        pod.turn();
        service.certifyAgain();
        assertThat(pod.turnsUntilHeard(1))
                .isBetween(Backoff.LONGEST_DEMAND, Backoff.LONGEST_DEMAND.plusSeconds(2));
    }

    @Test
    void aRedirectionIsNotFollowed() {
        service.behave((any, asked) ->
                new Answer(307, "", Map.of("Location", service.endpoint() + "/v1/identity"), 0));
        pod.turn();
        assertThat(service.asked).hasSize(1);
        assertThat(pod.troubles).singleElement().asString().contains("status 307");
    }

    @Test
    void aTokenThatIsNotThereIsNamedAndWaitedFor() throws IOException {
        Files.delete(pod.token());
        pod.turn();
        assertThat(pod.troubles)
                .containsExactly("no identity: the token file " + pod.token() + " is not there");
        assertThat(service.asked).isEmpty();
        pod.writeToken(" \n");
        clock.pass(Backoff.LONGEST);
        pod.turn();
        assertThat(pod.troubles.getLast()).endsWith("is empty");
        pod.writeToken("secret\r\nX-More: 1");
        clock.pass(Backoff.LONGEST);
        pod.turn();
        assertThat(pod.troubles.getLast())
                .endsWith("has something else than a token")
                .doesNotContain("secret");
        pod.writeToken("another-token\n");
        pod.turnsUntilHeard(1);
        assertThat(service.asked.getLast().token()).isEqualTo("Bearer another-token");
    }

    @Test
    void authoritiesThatAreNotThereAreNamedAndWaitedFor() throws IOException {
        Files.delete(pod.authorityFile());
        pod.turn();
        assertThat(pod.troubles)
                .containsExactly("the authorities' file " + pod.authorityFile() + " is not there");
        pod.trust("rubbish");
        pod.turn();
        assertThat(pod.troubles.getLast()).endsWith("has no certificates in PEM");
        assertThat(service.asked).isEmpty();
        pod.trust(service.authority().certificatePem());
        pod.turn();
        assertThat(pod.heard).hasSize(1);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaidAtOnce() throws IOException {
        Files.delete(pod.directory());
        Files.createFile(pod.directory());
        assertThatThrownBy(pod::restart)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the directory " + pod.directory());
    }

    @Test
    void anIdentityThatCannotBeKeptServesAllTheSame() throws IOException {
        Files.delete(pod.directory());
        Files.createFile(pod.directory());
        pod.turn();
        assertThat(pod.heard).hasSize(1);
        assertThat(pod.troubles.getLast()).contains("cannot be kept");
        pod.turn();
        assertThat(service.asked).hasSize(1);
    }

    @Test
    void nobodyEnrolsAsAnAdministratorOrOverPlainHttp() {
        EnrolmentSettings good = pod.settings();
        assertThatThrownBy(() ->
                        new EnrolmentSettings(
                                good.endpoint(),
                                good.tokenFile(),
                                good.authorityFile(),
                                good.directory(),
                                new PeerIdentity.Admin()))
                .hasMessageContaining("nobody enrols as an administrator");
        for (String wrong :
                List.of(
                        "http://a",
                        "https:///a",
                        "https://u@a",
                        "https://a?b",
                        "a",
                        "https://a#b")) {
            assertThatThrownBy(() -> EnrolmentSettings.endpoint(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("an https URI");
        }
        assertThat(EnrolmentSettings.endpoint("HTTPS://a:8443/b/")).hasHost("a");
    }
}
