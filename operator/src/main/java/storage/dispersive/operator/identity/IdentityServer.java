package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.transport.ReadableCause;

/**
 * The identity service over HTTPS ({@code docs/identity.md}). Every replica of the operator has
 * one. On Vert.x, which the operator has anyhow: a caller that says nothing, or says it slowly,
 * costs a connection and no thread, and every limit is one of this listener; the JDK's server has
 * limits for a whole JVM only, and makes handshakes in the threads that answer.
 *
 * <p>Each question has a connection, which ends with the answer, or after half a minute. The
 * question is answered in a virtual thread, as it waits for the API server.
 *
 * <p>Thread contract: any thread.
 */
public final class IdentityServer implements AutoCloseable {

    static final int MOST_BODY_BYTES = 4 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(IdentityServer.class);
    private static final String THERE_IS =
            "there is " + Wanted.OWN_PATH + " only, and " + Wanted.VOLUME_PATH + "NAMESPACE/NAME\n";
    private static final int MOST_HEADER_BYTES = 16 << 10;
    private static final int MOST_CONNECTIONS = 256;
    private static final int MOST_QUESTIONS = 16;
    private static final int HANDSHAKE_SECONDS = 5;
    private static final int IDLE_SECONDS = 20;
    private static final long CONNECTION_MILLIS = 30_000;
    private static final int START_SECONDS = 20;

    private final Vertx vertx;
    private final Certifier certifier;
    private final HttpServer server;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("identity-", 0).factory());
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final AtomicInteger connections = new AtomicInteger();

    private IdentityServer(Vertx vertx, Certifier certifier, HttpServerOptions options) {
        this.vertx = vertx;
        this.certifier = certifier;
        this.server = vertx.createHttpServer(options);
    }

    /**
     * Listens; returns when it does.
     *
     * @param vertx stays the caller's
     * @throws IOException if the address cannot be had; the message says why
     */
    public static IdentityServer start(
            Vertx vertx,
            KubernetesClient client,
            ClusterView cluster,
            Authority authority,
            ServiceSettings settings,
            Clock clock)
            throws IOException, InterruptedException {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(settings.address())
                        .setPort(settings.port())
                        .setSsl(true)
                        .setUseAlpn(false)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(
                                KeyCertOptions.wrap(
                                        new ServingCertificate(
                                                authority, settings.dnsNames(), clock)))
                        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setMaxHeaderSize(MOST_HEADER_BYTES);
        IdentityServer made =
                new IdentityServer(
                        vertx, new Certifier(client, cluster, authority, settings, clock), options);
        made.listen(settings);
        return made;
    }

    private void listen(ServiceSettings settings) throws IOException, InterruptedException {
        server.connectionHandler(this::connected).requestHandler(this::handle);
        try {
            server.listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IOException(
                    "the identity service cannot listen on "
                            + settings.address()
                            + ":"
                            + settings.port()
                            + ": "
                            + ReadableCause.of(e),
                    e);
        }
        LOG.info("the identity service listens on {}:{}", settings.address(), port());
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    private void connected(HttpConnection connection) {
        int open = connections.incrementAndGet();
        long limit = vertx.setTimer(CONNECTION_MILLIS, any -> close(connection));
        connection.closeHandler(any -> {
            connections.decrementAndGet();
            vertx.cancelTimer(limit);
        });
        if (open > MOST_CONNECTIONS) {
            close(connection);
        }
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(e -> LOG.debug("a connection was closed already", e));
    }

    private void handle(HttpServerRequest request) {
        request.exceptionHandler(e -> LOG.debug("a caller went away", e));
        Optional<Wanted> wanted;
        try {
            wanted = Wanted.at(Objects.requireNonNullElse(request.path(), ""));
        } catch (RefusedException e) {
            answer(request, e.answer());
            return;
        }
        if (wanted.isEmpty()) {
            answer(request, Answer.of(404, THERE_IS));
        } else if (!request.method().equals(HttpMethod.POST)) {
            request.response().putHeader("Allow", "POST");
            answer(request, Answer.of(405, "POST only\n"));
        } else {
            read(request, wanted.get());
        }
    }

    private void read(HttpServerRequest request, Wanted wanted) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MOST_BODY_BYTES) {
                body.appendBuffer(part);
            } else {
                answer(request, Answer.of(413, "the body has more than 4 KiB\n"));
            }
        });
        request.endHandler(any -> {
            if (!request.response().ended()) {
                ask(request, wanted, body.toString(StandardCharsets.US_ASCII));
            }
        });
    }

    private void ask(HttpServerRequest request, Wanted wanted, String body) {
        if (!questions.tryAcquire()) {
            answer(request, RefusedException.tooBusy().answer());
            return;
        }
        String address = request.remoteAddress().hostAddress();
        String authorization = request.getHeader("Authorization");
        threads.execute(() -> {
            Answer answer;
            try {
                answer = certifier.answer(address, wanted, authorization, body);
            } catch (RuntimeException e) {
                LOG.error("a question is not answered", e);
                answer = Answer.of(500, "a fault of the identity service\n");
            } finally {
                questions.release();
            }
            answer(request, answer);
        });
    }

    private static void answer(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (answer.retrySeconds() != null) {
            response.putHeader("Retry-After", answer.retrySeconds().toString());
        }
        String type = answer.status() == 200 ? "application/x-pem-file" : "text/plain";
        response.setStatusCode(answer.status())
                .putHeader("Content-Type", type)
                .putHeader("Connection", "close")
                .end(answer.text())
                .onComplete(any -> close(request.connection()));
    }

    /** Answers nobody any more. */
    @Override
    public void close() {
        server.close().onFailure(e -> LOG.warn("the identity service does not end", e));
        threads.shutdownNow();
    }
}
