package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import storage.dispersive.enrolment.Enrolment;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.transport.TrustedRoots;
import storage.dispersive.wire.PodName;

/** The service over HTTPS, with tokens of a real API server and the client that pods have. */
class IdentityServerTest extends WithIdentityServer {

    IdentityServerTest() throws IOException, InterruptedException {}

    private PeerIdentity.Pod self(int ordinal) {
        return new PeerIdentity.Pod(new PodName("dv-photos-" + ordinal + "." + pods));
    }

    private AbstractThrowableAssert<?, ?> refused(String token) {
        return assertThatThrownBy(() -> ask(token));
    }

    @Test
    void eachContainerGetsWhatItIs() throws Exception {
        Pod pod = set.create(0);
        assertThat(identity(set.token(pod, Caller.Kind.POD)))
                .isEqualTo(self(0))
                .extracting(PeerIdentity::uri)
                .isEqualTo("dispersive://pod/dv-photos-0." + pods);
        assertThat(identity(set.token(pod, Caller.Kind.VNET)))
                .isEqualTo(new PeerIdentity.Vnet("dv-photos-0." + pods));
    }

    @Test
    void certificatesNameNothingElseAndLastADay() throws Exception {
        Pod pod = set.create(0);
        X509Certificate made = Pem.readCertificate(ask(set.token(pod, Caller.Kind.POD)));
        assertThat(made.getSubjectAlternativeNames()).hasSize(1);
        assertThat(made.getNotAfter().toInstant())
                .isEqualTo(clock.instant().plus(Duration.ofHours(24)));
    }

    /** From before the rotation to after it, with the client's own files. */
    @Test
    void whoHasEnrolledKeepsWorkingWhileTheAuthorityChanges() throws Exception {
        String token = set.token(set.create(0), Caller.Kind.POD);
        clock.pass(Duration.ofMinutes(10));
        X509Certificate[] first = chain(token);
        edit(secret ->
                new SecretBuilder(secret)
                        .editMetadata()
                        .addToAnnotations(AuthoritySecret.ROTATE, "")
                        .endMetadata()
                        .build());
        authority.step();
        TrustedRoots both = TrustedRoots.read(publishedPem());
        assertThat(chain(token)).as("kept, as it is good").isEqualTo(first);
        clock.pass(AuthorityState.NEXT_SIGNS);
        String after = ask(token);
        assertThat(both.identify(first, clock.instant())).isEqualTo(self(0));
        X509Certificate renewed = Pem.readCertificate(after);
        assertThat(both.identify(new X509Certificate[] {renewed}, clock.instant()))
                .isEqualTo(self(0));
        clock.pass(AuthorityState.CURRENT_ENDS);
        authority.step();
        TrustedRoots last = TrustedRoots.read(publishedPem());
        assertThat(last.identify(new X509Certificate[] {renewed}, clock.instant()))
                .isEqualTo(self(0));
        assertThatThrownBy(() -> last.identify(first, clock.instant()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(wrong).isEmpty();
        X509Certificate[] late = chain(token);
        assertThat(wrong).singleElement().asString().contains("no authority that is trusted");
        assertThat(late).as("asked at once").isNotEqualTo(first);
        assertThat(last.identify(late, clock.instant())).isEqualTo(self(0));
    }

    private X509Certificate[] chain(String token) throws IOException, InterruptedException {
        try (Enrolment enrolment = enrol(self(0), token)) {
            return Pem.readCertificates(enrolment.credentials().own().certificatePem())
                    .toArray(X509Certificate[]::new);
        }
    }

    @Test
    void aTokenThatIsNotThatOfAPodIsRefused() {
        Pod pod = set.create(0);
        refused(set.unboundToken("pod.dispersive.storage"))
                .hasMessageContaining("403")
                .hasMessageContaining("not bound to a pod");
        refused(set.token(pod, "another.example")).hasMessageContaining("401");
        refused(set.token(pod, "pod.dispersive.storage", "vnet.dispersive.storage"))
                .hasMessageContaining("403")
                .hasMessageContaining("may be for one only");
        refused("garbage").hasMessageContaining("401");
        String token = set.token(pod, Caller.Kind.POD);
        refused(token.substring(0, token.length() - 4) + "AAAA").hasMessageContaining("401");
    }

    @Test
    void aTokenEndsWithItsPod() throws Exception {
        Pod pod = set.create(0);
        String token = set.token(pod, Caller.Kind.POD);
        assertThat(identity(token)).isEqualTo(self(0));
        client().resource(pod).withGracePeriod(0).delete();
        // The API server remembers for some seconds that it knew the token.
        refused(token).hasMessageContaining("refuses (40");
        Pod another = set.create(0);
        refused(token).as("of the one before").hasMessageContaining("refuses (40");
        assertThat(identity(set.token(another, Caller.Kind.POD))).isEqualTo(self(0));
    }

    @Test
    void onlyAPublicKeyOnOurCurveIsCertified() {
        String token = set.token(set.create(0), Caller.Kind.POD);
        assertThatThrownBy(() -> ask(endpoint(), token, newKey("secp384r1")))
                .hasMessageContaining("400")
                .hasMessageContaining("P-256");
        assertThatThrownBy(() -> ask(endpoint(), token, rsaKey()))
                .hasMessageContaining("400")
                .hasMessageContaining("not a public EC key");
        assertThatThrownBy(() -> ask(endpoint(), token, "nonsense"))
                .hasMessageContaining("400")
                .hasMessageContaining("not a public EC key");
    }

    private static String rsaKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return Pem.write(generator.generateKeyPair().getPublic());
    }

    @Test
    void anotherQuestionThanThisOneIsAnsweredSo() throws Exception {
        String token = set.token(set.create(0), Caller.Kind.POD);
        HttpRequest.Builder get = HttpRequest.newBuilder(endpoint().resolve("/v1/identity"));
        HttpResponse<String> answer = send(get.GET());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        HttpRequest.Builder elsewhere = HttpRequest.newBuilder(endpoint().resolve("/v1/identity/"));
        assertThat(send(elsewhere.POST(BodyPublishers.noBody())).statusCode()).isEqualTo(404);
        HttpRequest.Builder large =
                HttpRequest.newBuilder(endpoint().resolve("/v1/identity"))
                        .header("Authorization", "Bearer " + token);
        String key = newKey("secp256r1");
        String most = key + " ".repeat(IdentityServer.MOST_BODY_BYTES - key.length());
        assertThat(send(large.POST(BodyPublishers.ofString(most))).statusCode()).isEqualTo(200);
        assertThat(send(large.POST(BodyPublishers.ofString(most + " "))).statusCode())
                .isEqualTo(413);
        HttpRequest.Builder nobody = HttpRequest.newBuilder(endpoint().resolve("/v1/identity"));
        answer = send(nobody.POST(BodyPublishers.ofString(key)));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("a token is needed");
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(tls())
                        .build()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private SSLContext tls() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null, TrustedRoots.read(publishedPem()).verifier().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void withoutAnAuthorityItSaysWhenToAskAgain() throws Exception {
        String token = set.token(set.create(0), Caller.Kind.POD);
        assertThat(identity(token)).isEqualTo(self(0));
        edit(secret -> new SecretBuilder(secret).addToData("tls.crt", "bm9uZQ==").build());
        authority.step();
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(endpoint().resolve("/v1/identity"))
                                .header("Authorization", "Bearer " + token)
                                .POST(BodyPublishers.ofString(newKey("secp256r1"))));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("15");
        assertThat(answer.body()).contains("no authority");
    }

    /** Well before the caller gives up, which it does after 30 s. */
    @Test
    void whileTheApiServerIsAwayItSaysSoAtOnce() throws Exception {
        Config away = new ConfigBuilder().withMasterUrl("https://127.0.0.1:" + freePort()).build();
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(away).build();
                IdentityServer server = start(client, true)) {
            assertThatThrownBy(() -> ask(endpoint(server), "a-token", newKey("secp256r1")))
                    .hasMessageContaining("503")
                    .hasMessageContaining("the API server cannot be asked");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0)) {
            return nobody.getLocalPort();
        }
    }

    @Test
    void aPodThatAsksAgainAndAgainHasToWait() throws Exception {
        Pod greedy = set.create(0);
        String token = set.token(greedy, Caller.Kind.POD);
        String statuses =
                IntStream.range(0, 13)
                        .mapToObj(i -> {
                            try {
                                return ask(token).isEmpty() ? "empty" : "certified";
                            } catch (IOException e) {
                                return String.valueOf(e.getMessage()).contains("429")
                                        ? "wait"
                                        : "refused";
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .collect(Collectors.joining(" "));
        assertThat(statuses).isEqualTo("certified ".repeat(12) + "wait");
        assertThat(identity(set.token(set.create(1), Caller.Kind.POD))).isEqualTo(self(1));
        clock.pass(Duration.ofSeconds(10));
        assertThat(identity(token)).isEqualTo(self(0));
    }

    @Test
    void tlsIsOf13OnlyAndTheCertificateIsNobodysIdentity() throws Exception {
        URI where = endpoint();
        try (SSLSocket socket =
                (SSLSocket) tls().getSocketFactory().createSocket("localhost", where.getPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown.getBasicConstraints()).isEqualTo(-1);
            assertThat(shown.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
            assertThatThrownBy(() -> PeerIdentity.claimedBy(shown))
                    .hasMessageContaining("names 0 identities");
        }
        try (SSLSocket socket =
                (SSLSocket) tls().getSocketFactory().createSocket("localhost", where.getPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
    }

    /** Many that say nothing take no thread from those who ask. */
    @Test
    void slowCallersDoNotKeepOthersFromBeingAnswered() throws Exception {
        String token = set.token(set.create(0), Caller.Kind.POD);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Callable<SSLSocket> slow =
                    () -> {
                        SSLSocket socket =
                                (SSLSocket)
                                        tls().getSocketFactory()
                                                .createSocket("localhost", endpoint().getPort());
                        OutputStream out = socket.getOutputStream();
                        out.write(
                                "POST /v1/identity HTTP/1.1\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        return socket;
                    };
            var sockets = threads.invokeAll(Collections.nCopies(60, slow));
            assertThat(identity(token)).isEqualTo(self(0));
            for (var socket : sockets) {
                try (SSLSocket held = socket.get();
                        InputStream in = held.getInputStream()) {
                    held.setSoTimeout(1);
                    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
                }
            }
        }
    }
}
