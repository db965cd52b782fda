package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.Pem;

/** Storage pods and their sidecars get their own names certified, and nobody gets anything else. */
class IdentityServiceTest {

    private static final int URI_NAME = 6;

    private static @Nullable AskedService asked;
    private static @Nullable StatefulSet set;
    private static @Nullable Pod first;

    @BeforeAll
    static void start() throws Exception {
        asked = AskedService.start();
        set = asked.set(AskedService.SET, "DispersiveVolume");
        first = asked.pod("dv-photos-0", AskedService.SET, set);
    }

    @AfterAll
    static void stop() {
        if (asked != null) {
            asked.close();
        }
    }

    private static AskedService asked() {
        return Objects.requireNonNull(asked);
    }

    private static StatefulSet set() {
        return Objects.requireNonNull(set);
    }

    private static Pod first() {
        return Objects.requireNonNull(first);
    }

    @Test
    void aStoragePodGetsACertificateOfItsOwnName() throws Exception {
        PublicKey key = AskedService.key();
        HttpResponse<String> answer =
                asked().ask(asked().token(first(), AskedService.POD_AUDIENCE), key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        X509Certificate certificate = Pem.readCertificate(answer.body());
        assertThat(certificate.getPublicKey()).isEqualTo(key);
        assertThat(names(certificate))
                .containsExactly("dispersive://pod/dv-photos-0.dispersive-system");
        certificate.verify(Pem.readCertificate(asked().authority().trusted()).getPublicKey());
        assertThat(
                        Duration.between(
                                asked().clock().instant(), certificate.getNotAfter().toInstant()))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }

    @Test
    void aSidecarGetsACertificateOfItsPodsName() throws Exception {
        HttpResponse<String> answer =
                asked().ask(asked().token(first(), AskedService.VNET_AUDIENCE), AskedService.key());
        assertThat(names(Pem.readCertificate(answer.body())))
                .containsExactly("dispersive://vnet/dv-photos-0.dispersive-system");
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> {
                    assertThat(name.get(0)).isEqualTo(URI_NAME);
                    return (String) name.get(1);
                })
                .toList();
    }

    @Test
    void aPodOfAPoolIsAStoragePodToo() throws Exception {
        StatefulSet pool = asked().set("dpool-shared", "DispersivePool");
        Pod pod = asked().pod("dpool-shared-2", "dpool-shared", pool);
        assertThat(
                        asked().ask(
                                        asked().token(pod, AskedService.POD_AUDIENCE),
                                        AskedService.key())
                                .statusCode())
                .isEqualTo(200);
    }

    private static void assertRefused(String token, int status, String why) throws Exception {
        HttpResponse<String> answer = asked().ask(token, AskedService.key());
        assertThat(answer.body()).contains(why).doesNotContain("CERTIFICATE");
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void whoShowsNoGoodTokenIsNobody() throws Exception {
        assertRefused("rubbish", 401, "the token is not good");
        String other = asked().token(first(), List.of("https://kubernetes.default.svc"));
        assertRefused(other, 401, "the token is not good");
        String good = asked().token(first(), AskedService.POD_AUDIENCE);
        assertRefused(good.substring(0, good.length() - 4) + "AAAA", 401, "not good");
    }

    @Test
    void aTokenForBothAudiencesIsForNeither() throws Exception {
        List<String> both = Stream.of(Caller.Role.values()).map(Caller.Role::audience).toList();
        assertRefused(asked().token(first(), both), 403, "one audience");
    }

    @Test
    void aTokenThatIsBoundToNoPodIsNotEnough() throws Exception {
        assertRefused(
                asked().unboundToken(AskedService.SET, AskedService.POD_AUDIENCE),
                403,
                "not bound to a pod");
    }

    @Test
    void aPodThatIsGoneGetsNothing() throws Exception {
        Pod pod = asked().pod("dv-photos-1", AskedService.SET, set());
        String token = asked().token(pod, AskedService.POD_AUDIENCE);
        asked().client().resource(pod).withGracePeriod(0).delete();
        // The API server itself refuses tokens of pods that are gone, after it has noticed.
        await().untilAsserted(() -> {
            HttpResponse<String> answer = asked().ask(token, AskedService.key());
            assertThat(answer.statusCode()).as(answer.body()).isIn(401, 403);
        });
        asked().pod("dv-photos-1", AskedService.SET, set());
        assertThat(asked().ask(token, AskedService.key()).statusCode()).isIn(401, 403);
    }

    @Test
    void aPodThatOnlyLooksLikeAStoragePodGetsNothing() throws Exception {
        // With an owner that has no such place.
        Pod beyond = asked().pod("dv-photos-3", AskedService.SET, set());
        assertRefused(asked().token(beyond, AskedService.POD_AUDIENCE), 403, "not one of");
        Pod named = asked().pod("dv-photos-x", AskedService.SET, set());
        assertRefused(asked().token(named, AskedService.POD_AUDIENCE), 403, "not one of");
        // With a StatefulSet that no resource of ours controls.
        StatefulSet foreign = asked().set("dv-other", "Deployment");
        Pod others = asked().pod("dv-other-0", "dv-other", foreign);
        assertRefused(asked().token(others, AskedService.POD_AUDIENCE), 403, "not one of");
        // With an account that is not the set's.
        asked().set("dv-plain", "DispersiveVolume");
        Pod borrowed = asked().pod("dv-photos-2", "dv-plain", set());
        assertRefused(asked().token(borrowed, AskedService.POD_AUDIENCE), 403, "not one of");
    }

    @Test
    void onlyKeysOfTheCurveAreCertified() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        HttpResponse<String> answer =
                asked().ask(
                                asked().token(first(), AskedService.POD_AUDIENCE),
                                rsa.generateKeyPair().getPublic());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void otherQuestionsAreNotAnswered() throws Exception {
        assertThat(status(HttpRequest.newBuilder(asked().uri("/v1/identity")).GET()))
                .isEqualTo(405);
        assertThat(status(HttpRequest.newBuilder(asked().uri("/metrics")).GET())).isEqualTo(404);
        assertThat(status(post("x".repeat(100)))).isEqualTo(401);
        assertThat(status(post("x".repeat(5000)))).isEqualTo(413);
    }

    private static HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(asked().uri("/v1/identity"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static int status(HttpRequest.Builder request) throws Exception {
        return asked().send(request.build()).statusCode();
    }

    @Test
    void whoAsksTooOftenWaits() throws Exception {
        Pod pod =
                asked().pod(
                                "dpool-eager-0",
                                "dpool-eager",
                                asked().set("dpool-eager", "DispersivePool"));
        String token = asked().token(pod, AskedService.POD_AUDIENCE);
        PublicKey key = AskedService.key();
        int answered = 0;
        while (asked().ask(token, key).statusCode() == 200) {
            answered++;
            assertThat(answered).isLessThan(100);
        }
        assertThat(asked().ask(token, key).statusCode()).isEqualTo(429);
        asked().clock().pass(Duration.ofMinutes(2));
        assertThat(asked().ask(token, key).statusCode()).isEqualTo(200);
    }
}
