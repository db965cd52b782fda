package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.ReadableCause;

/**
 * Decides about questions, however they came. Who asks stands in the token; the body is a key and
 * nothing else. Safe for use by many threads, which wait for the API server.
 */
final class Certifier {

    private static final Logger LOG = LoggerFactory.getLogger(Certifier.class);

    private static final String ANYBODY = "whoever asks";
    private static final Duration AWAY = Duration.ofSeconds(15);

    private final TokenCheck tokens;
    private final StoragePodCheck pods;
    private final Authority authority;
    private final Duration life;
    private final Clock clock;
    private final Refusals refusals = new Refusals();
    private final RateLimit ofAll;
    private final RateLimit ofAddress;
    private final RateLimit ofPod;

    Certifier(
            KubernetesClient client,
            ClusterView cluster,
            Authority authority,
            ServiceSettings settings,
            Clock clock) {
        this.tokens = new TokenCheck(client);
        this.pods = new StoragePodCheck(cluster, settings.comparesTemplates());
        this.authority = authority;
        this.life = settings.certificateLife();
        this.clock = clock;
        // A thousand pods that come up at once are served in half a minute.
        this.ofAll = new RateLimit(Duration.ofMillis(20), 500, clock);
        // Addresses may be those of nodes, with many pods behind each.
        this.ofAddress = new RateLimit(Duration.ofMillis(100), 200, clock);
        // Two processes, which ask each minute at most when they are refused.
        this.ofPod = new RateLimit(Duration.ofSeconds(10), 12, clock);
    }

    /**
     * Answers a question.
     *
     * @param address whose, as far as the network tells
     * @param authorization the header, with the token
     */
    Answer answer(String address, @Nullable String authorization, String body) {
        String who = address;
        try {
            limit(ofAddress, address);
            limit(ofAll, "");
            Authority.Trust trust = trust();
            Caller caller = tokens.check(authorization);
            who = caller.place() + " (" + caller.kind() + ")";
            limit(ofPod, caller.uid());
            pods.check(caller);
            String certificate = certify(trust.signer(), caller, key(body));
            refusals.certified(who);
            refusals.certified(ANYBODY);
            return Answer.of(200, certificate);
        } catch (RefusedException e) {
            if (!e.isHaste()) {
                refusals.refused(who, String.valueOf(e.getMessage()));
            }
            return e.answer();
        } catch (KubernetesClientException e) {
            String why = "the API server cannot be asked: " + ReadableCause.of(e);
            refusals.refused(ANYBODY, why);
            return RefusedException.unavailable("the API server cannot be asked", AWAY).answer();
        }
    }

    private static void limit(RateLimit limit, String key) throws RefusedException {
        Optional<Duration> wait = limit.take(key);
        if (wait.isPresent()) {
            throw RefusedException.tooMany(wait.get());
        }
    }

    private Authority.Trust trust() throws RefusedException {
        return authority
                .trust()
                .orElseThrow(() ->
                        RefusedException.unavailable(
                                "there is no authority that could sign; the operator's log says"
                                        + " why",
                                AWAY));
    }

    private static PublicKey key(String body) throws RefusedException {
        try {
            return Pem.readPublicKey(body);
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed("the body is not a public EC key in PEM");
        }
    }

    private String certify(Root signer, Caller caller, PublicKey key) throws RefusedException {
        Duration granted = signer.atMost(life, clock.instant());
        try {
            String certificate = caller.certify(signer.authority(), key, granted);
            LOG.info("certified {} for {}", caller.identity(), granted);
            return certificate;
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed(String.valueOf(e.getMessage()));
        }
    }
}
