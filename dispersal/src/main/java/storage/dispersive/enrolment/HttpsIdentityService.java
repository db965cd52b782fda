package storage.dispersive.enrolment;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import storage.dispersive.transport.ReadableCause;
import storage.dispersive.transport.TrustedRoots;

/**
 * Asks over HTTPS ({@code docs/identity.md}), over a connection of its own for each question, as
 * there are hours between two. No answer is longer than 64 KiB or takes longer than a limit, and
 * nobody is followed elsewhere.
 *
 * <p>Thread contract: any thread, which waits; while it does, the JDK's client has threads that
 * were made by this one, so they are in its network namespace.
 */
public final class HttpsIdentityService implements IdentityService {

    static final int MAX_ANSWER_BYTES = 64 << 10;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_SAID_CHARS = 200;

    private final Duration limit;

    public HttpsIdentityService() {
        this(LIMIT);
    }

    /** For each question, from the first packet to the last. */
    HttpsIdentityService(Duration limit) {
        this.limit = limit;
    }

    @Override
    public String certify(Question question) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(question.resource())
                        .timeout(limit)
                        .header("Authorization", "Bearer " + question.token())
                        .header("Content-Type", "application/x-pem-file")
                        .header("Accept", "application/x-pem-file")
                        .POST(
                                BodyPublishers.ofString(
                                        question.publicKeyPem(), StandardCharsets.US_ASCII))
                        .build();
        // Closed at once when it is over: to wait for its end could take for ever.
        HttpClient client = client(TrustedRoots.read(question.authorityPem()));
        try {
            return judge(question, ask(client, request));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(question.resource() + " gives no usable answer: " + why(e), e);
        } finally {
            client.shutdownNow();
        }
    }

    /** The limit of a request ends with the head of the answer, so the whole has one, too. */
    private HttpResponse<byte[]> ask(HttpClient client, HttpRequest request)
            throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            answer.cancel(true);
        }
    }

    private static String judge(Question question, HttpResponse<byte[]> answer)
            throws IdentityRefusedException {
        String said = new String(answer.body(), StandardCharsets.US_ASCII);
        int status = answer.statusCode();
        return switch (status) {
            case 200 -> said;
            case 401, 403 ->
                    throw new IdentityRefusedException(
                            question.resource() + " refuses (" + status + ")" + quoted(said),
                            Optional.empty());
            case 429, 503 ->
                    throw new IdentityRefusedException(
                            question.resource() + " is busy (" + status + ")" + quoted(said),
                            retryAfter(answer));
            default ->
                    throw new IdentityRefusedException(
                            question.resource()
                                    + " answers with status "
                                    + status
                                    + " instead of a certificate"
                                    + quoted(said),
                            retryAfter(answer));
        };
    }

    /** One line, whatever it was. */
    private static String quoted(String said) {
        String line = said.lines().findFirst().orElse("").replaceAll("[^ -~]", "?").strip();
        if (line.isEmpty()) {
            return "";
        }
        return ": " + line.substring(0, Math.min(line.length(), MAX_SAID_CHARS));
    }

    /** In seconds; the date that RFC 9110 allows, too, would need a common clock. */
    private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Integer.parseInt(text)));
    }

    private String why(Exception failure) {
        @Nullable Throwable cause =
                failure instanceof ExecutionException ? failure.getCause() : failure;
        return switch (cause) {
            case HttpConnectTimeoutException _ -> "no connection came about";
            case HttpTimeoutException _, TimeoutException _ ->
                    "it took longer than " + limit.toMillis() + " ms";
            case SSLException unbelieved ->
                    "it shows no certificate that is believed here ("
                            + ReadableCause.of(unbelieved)
                            + ")";
            case ConnectException _ -> "nobody listens there, or no way leads there";
            case null -> "";
            default -> ReadableCause.of(cause);
        };
    }

    private static HttpClient client(TrustedRoots roots) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {DirectTrust.in(roots)}, null);
            SSLParameters parameters = context.getDefaultSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .connectTimeout(CONNECT_LIMIT)
                    .sslContext(context)
                    .sslParameters(parameters)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }
}
