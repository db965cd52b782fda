package storage.dispersive.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/** An identity service over real HTTPS, for one pod, which does as a test says. */
final class FakeIdentityService implements AutoCloseable {

    static final String TOKEN = "a-token";
    static final String POD = "pod-0";
    static final Duration LIFE = Duration.ofHours(24);
    private static final Duration YEAR = Duration.ofDays(365);

    private final Clock clock;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile CertificateAuthority authority;
    private volatile IssuedIdentity shown;
    private volatile Behaviour behaviour = FakeIdentityService::certify;
    private HttpsServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    record Asked(String method, String path, String token, String contentType, String body) {}

    /** What is done about a question. */
    interface Behaviour {
        Answer answer(FakeIdentityService service, Asked asked) throws IOException;
    }

    /**
     * An answer.
     *
     * @param missingBytes that are announced and never come
     */
    record Answer(int status, String body, Map<String, String> headers, int missingBytes) {
        Answer(int status, String body) {
            this(status, body, Map.of(), 0);
        }
    }

    FakeIdentityService(Clock clock) throws IOException {
        this.clock = clock;
        this.authority = newAuthority();
        this.shown = loopback(authority);
        this.server = listen(0);
    }

    static CertificateAuthority newAuthority() {
        return CertificateAuthority.create("test", YEAR, Clock.systemUTC());
    }

    private HttpsServer listen(int port) throws IOException {
        HttpsServer listening =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        listening.setHttpsConfigurator(new HttpsConfigurator(tls()));
        listening.createContext("/", this::handle);
        listening.setExecutor(threads);
        listening.start();
        return listening;
    }

    URI endpoint() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    CertificateAuthority authority() {
        return authority;
    }

    /** From now on certificates are of another authority; that of the service itself is not. */
    void signWith(CertificateAuthority next) {
        authority = next;
    }

    /** Shows this certificate to whoever calls next. */
    void show(IssuedIdentity certificate) throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);
        shown = certificate;
        server = listen(port);
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    /** From now on says this. */
    void say(int status, String body) {
        behave((any, asked) -> new Answer(status, body));
    }

    void certifyAgain() {
        behave(FakeIdentityService::certify);
    }

    /** A certificate for an address of this machine, which a pod might have. */
    static IssuedIdentity loopback(CertificateAuthority authority) {
        return authority.issuePod(
                "service", List.of(InetAddress.getLoopbackAddress()), List.of(), YEAR);
    }

    private Answer certify(Asked question) {
        return new Answer(200, podCertificate(Pem.readPublicKey(question.body()), clock));
    }

    String podCertificate(PublicKey key, Clock at) {
        return podCertificate(key, POD, at);
    }

    String podCertificate(PublicKey key, String name, Clock at) {
        return CertificateAuthority.load(authority.authority(), at)
                .certifyPod(key, name, List.of(), List.of(), LIFE);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            Asked question =
                    new Asked(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                            body);
            asked.add(question);
            Answer answer = behaviour.answer(this, question);
            byte[] bytes = answer.body().getBytes(StandardCharsets.US_ASCII);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            int announced = bytes.length + answer.missingBytes();
            exchange.sendResponseHeaders(answer.status(), announced == 0 ? -1 : announced);
            if (announced > 0) {
                exchange.getResponseBody().write(bytes);
                exchange.getResponseBody().flush();
            }
            if (answer.missingBytes() > 0) {
                sleepUntilClosed();
            }
        }
    }

    private void sleepUntilClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SSLContext tls() {
        try {
            X509Certificate[] chain =
                    Pem.readCertificates(shown.certificatePem()).toArray(X509Certificate[]::new);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "own",
                    Pem.readPrivateKey(shown.privateKeyPem(), chain[0]),
                    new char[0],
                    (Certificate[]) chain);
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
