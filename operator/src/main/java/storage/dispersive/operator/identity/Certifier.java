package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.transport.ReadableCause;
import storage.dispersive.wire.PodName;

/**
 * Decides about questions, however they came. Who asks stands in the token, and what is wanted in
 * the path; the body is a key and nothing else. Safe for use by many threads, which wait for the
 * API server.
 */
final class Certifier {

    private static final Logger LOG = LoggerFactory.getLogger(Certifier.class);

    private static final String ANYBODY = "whoever asks";
    private static final Duration AWAY = Duration.ofSeconds(15);

    private final TokenCheck tokens;
    private final Admission admission;
    private final Authority authority;
    private final ServiceSettings settings;
    private final Clock clock;
    private final Refusals refusals = new Refusals();
    private final QuestionLimits limits;

    Certifier(
            KubernetesClient client,
            ClusterView cluster,
            Authority authority,
            ServiceSettings settings,
            Clock clock) {
        this.tokens = new TokenCheck(client);
        this.admission = new Admission(cluster, settings);
        this.authority = authority;
        this.settings = settings;
        this.clock = clock;
        this.limits = new QuestionLimits(clock);
    }

    /**
     * Answers a question.
     *
     * @param address whose, as far as the network tells
     * @param authorization the header, with the token
     */
    Answer answer(String address, Wanted wanted, @Nullable String authorization, String body) {
        String who = address;
        try {
            limits.take(address);
            Authority.Trust trust = trust();
            Caller caller = tokens.check(authorization);
            who = name(caller, wanted);
            limits.take(caller, wanted);
            PeerIdentity identity = admission.identity(caller, wanted);
            String certificate = certify(trust.signer(), identity, key(body));
            LOG.info("certified {} for {}", identity, who);
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

    /** For people. */
    private static String name(Caller caller, Wanted wanted) {
        String place = caller.place() + " (" + caller.kind() + ")";
        return switch (wanted) {
            case Wanted.Own _ -> place;
            case Wanted.Volume volume -> place + " for the volume " + volume.name();
        };
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

    private String certify(Root signer, PeerIdentity identity, PublicKey key)
            throws RefusedException {
        CertificateAuthority root = signer.authority();
        Duration life = signer.atMost(settings.lifeOf(identity), clock.instant());
        try {
            // Names of hosts are not in it: whoever calls looks at who answers, not where.
            return switch (identity) {
                case PeerIdentity.Pod(PodName name) ->
                        root.certifyPod(key, name.value(), List.of(), List.of(), life);
                case PeerIdentity.Vnet(String host) -> root.certifyVnet(key, host, life);
                case PeerIdentity.Volume(VolumeId volume) -> root.certifyVolume(key, volume, life);
                case PeerIdentity.Admin _, PeerIdentity.LeasedVolume _, PeerIdentity.LeasedPod _ ->
                        throw new IllegalStateException("nobody may be " + identity);
            };
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed(String.valueOf(e.getMessage()));
        }
    }
}
