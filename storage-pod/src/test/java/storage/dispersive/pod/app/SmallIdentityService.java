package storage.dispersive.pod.app;

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
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/** Certifies whoever has the token as one pod. */
final class SmallIdentityService implements AutoCloseable {

    static final String TOKEN = "the-token-of-this-test";

    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority authority =
            CertificateAuthority.create("test", DAY, Clock.systemUTC());
    private final String pod;
    private final HttpsServer server;
    private final AtomicInteger answered = new AtomicInteger();
    private volatile @Nullable String refusal;

    SmallIdentityService(String pod) throws IOException {
        this.pod = pod;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls()));
        server.createContext("/v1/identity", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    String authorityPem() {
        return authority.certificatePem();
    }

    int answered() {
        return answered.get();
    }

    void refuse(String why) {
        refusal = why;
    }

    void certify() {
        refusal = null;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            String no = ("Bearer " + TOKEN).equals(token) ? refusal : "a token of nobody";
            String said =
                    no != null
                            ? no
                            : authority.certifyPod(
                                    Pem.readPublicKey(key), pod, List.of(), List.of(), DAY);
            byte[] bytes = said.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(no == null ? 200 : 403, bytes.length);
            exchange.getResponseBody().write(bytes);
            if (no == null) {
                answered.incrementAndGet();
            }
        }
    }

    private SSLContext tls() {
        IssuedIdentity own =
                authority.issuePod(
                        "service", List.of(InetAddress.getLoopbackAddress()), List.of(), DAY);
        X509Certificate certificate = Pem.readCertificate(own.certificatePem());
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "own",
                    Pem.readPrivateKey(own.privateKeyPem(), certificate),
                    new char[0],
                    new Certificate[] {certificate});
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
        server.stop(0);
    }
}
