package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;

/**
 * The identity service: {@code POST /v1/identity} over TLS 1.3, on a port of its own, with Vert.x,
 * which the framework brings along, and which can change certificates while it listens. Its
 * certificate is made here; it listens from the time when there is an authority to sign it. Closed
 * once.
 */
public final class IdentityServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityServer.class);

    private static final String PATH = "/v1/identity";
    private static final String BEARER = "Bearer ";
    private static final int MAX_BODY_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 16_384;
    private static final int IDLE_SECONDS = 15;
    private static final int START_SECONDS = 30;
    private static final String RETRY_AFTER_SECONDS = "10";

    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final Duration RENEWED_AFTER = Duration.ofHours(12);

    private final Vertx vertx;
    private final ClusterAuthority authority;
    private final Place place;
    private final Clock clock;
    private final IdentityDesk desk;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable HttpServer server;
    private @Nullable Shown shown;

    /**
     * Where it is.
     *
     * @param names of the host, in its certificate
     * @param port 0 for a free one
     */
    public record Place(List<String> names, int port) {
        public Place {
            names = List.copyOf(names);
        }
    }

    private record Shown(String signer, Instant since) {}

    /**
     * Does not listen yet.
     *
     * @param validity of the certificates that it gives
     */
    public IdentityServer(
            Vertx vertx,
            KubernetesClient client,
            ClusterAuthority authority,
            Place place,
            Duration validity,
            Clock clock) {
        this.vertx = vertx;
        this.authority = authority;
        this.place = place;
        this.clock = clock;
        this.desk = new IdentityDesk(new Callers(client), authority, validity, clock);
    }

    /**
     * Listens if there is an authority, and shows a certificate that is good; to be called every
     * few seconds, costs nothing when nothing is due.
     *
     * @return why it does not listen, for people
     */
    public synchronized Optional<String> tend() throws IOException {
        try {
            CertificateAuthority signing = authority.signing();
            Instant now = clock.instant();
            if (shown == null
                    || !shown.signer().equals(signing.certificatePem())
                    || now.isAfter(shown.since().plus(RENEWED_AFTER))) {
                show(signing.issueServer(place.names(), VALIDITY));
                shown = new Shown(signing.certificatePem(), now);
            }
            return Optional.empty();
        } catch (UnusableAuthorityException e) {
            // What it shows already is good for a while.
            return server == null ? Optional.of(String.valueOf(e.getMessage())) : Optional.empty();
        }
    }

    private void show(IssuedIdentity issued) throws IOException {
        PemKeyCertOptions keys =
                new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(issued.certificatePem()))
                        .addKeyValue(Buffer.buffer(issued.privateKeyPem()));
        if (server == null) {
            HttpServerOptions options =
                    new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(keys)
                            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                            .setUseAlpn(false)
                            .setMaxHeaderSize(MAX_HEADER_BYTES)
                            .setIdleTimeout(IDLE_SECONDS)
                            .setCompressionSupported(false);
            server =
                    await(
                            vertx.createHttpServer(options)
                                    .requestHandler(this::hear)
                                    .listen(place.port(), "0.0.0.0")
                                    .toCompletionStage()
                                    .toCompletableFuture());
            LOG.info("Storage pods get their identities at port {}", server.actualPort());
        } else {
            await(
                    server.updateSSLOptions(
                                    new SSLOptions()
                                            .setKeyCertOptions(keys)
                                            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3")))
                            .toCompletionStage()
                            .toCompletableFuture());
            LOG.info("The identity service shows a new certificate");
        }
    }

    private static <T> T await(CompletableFuture<T> done) throws IOException {
        try {
            return done.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the identity service cannot listen: " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public synchronized Optional<Integer> port() {
        return Optional.ofNullable(server).map(HttpServer::actualPort);
    }

    private void hear(HttpServerRequest request) {
        if (!PATH.equals(request.path())) {
            answer(request, HttpURLConnection.HTTP_NOT_FOUND, "there is only " + PATH);
        } else if (!request.method().equals(HttpMethod.POST)) {
            answer(request, HttpURLConnection.HTTP_BAD_METHOD, "POST a public key");
        } else {
            collect(request, body -> workers.execute(() -> decide(request, body)));
        }
    }

    private static void collect(HttpServerRequest request, Handler<Buffer> whole) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                answer(
                        request,
                        HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
                        "a key has at most " + MAX_BODY_BYTES + " bytes");
            }
        });
        request.endHandler(any -> {
            if (!request.response().ended()) {
                whole.handle(body);
            }
        });
    }

    private void decide(HttpServerRequest request, Buffer body) {
        try {
            String authorization = request.getHeader("Authorization");
            if (authorization == null || !authorization.startsWith(BEARER)) {
                throw new RefusedException(
                        HttpURLConnection.HTTP_UNAUTHORIZED, "there is no bearer token");
            }
            String chain =
                    desk.certify(
                            authorization.substring(BEARER.length()).trim(),
                            body.toString(StandardCharsets.US_ASCII),
                            String.valueOf(request.remoteAddress().hostAddress()));
            answer(request, HttpURLConnection.HTTP_OK, chain);
        } catch (RefusedException e) {
            answer(request, e.status(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("A question for an identity was not answered", e);
            answer(request, HttpURLConnection.HTTP_INTERNAL_ERROR, "this is a fault of its own");
        }
    }

    private static void answer(HttpServerRequest request, int status, String text) {
        var response =
                request.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .putHeader("Connection", "close");
        if (status == HttpURLConnection.HTTP_UNAVAILABLE) {
            response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.end(text);
    }

    @Override
    public synchronized void close() {
        if (server != null) {
            server.close();
        }
        workers.shutdownNow();
    }
}
