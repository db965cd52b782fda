package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.pem.Pem;

/**
 * Decides who gets which certificate, whatever the question came over. For many threads at once;
 * waits for the API server.
 */
final class IdentityDesk {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityDesk.class);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int AT_ONCE = 32;

    /** A pod asks once a day; one that was started again and again, a few times in a minute. */
    private static final int PER_CALLER = 20;

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MAX_CALLERS = 10_000;

    private final Callers callers;
    private final ClusterAuthority authority;
    private final Duration validity;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Map<Caller, Count> counts = bounded();
    private final Map<String, String> refusals = bounded();

    private record Count(Instant since, int number) {}

    IdentityDesk(Callers callers, ClusterAuthority authority, Duration validity, Clock clock) {
        this.callers = callers;
        this.authority = authority;
        this.validity = validity;
        this.clock = clock;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_CALLERS;
            }
        };
    }

    /**
     * A certificate, in PEM, of the caller's key.
     *
     * @param from the address that it came from, for the log
     */
    String certify(String token, String publicKeyPem, String from) throws RefusedException {
        if (!places.tryAcquire()) {
            throw new RefusedException(TOO_MANY_REQUESTS, "too many ask at once");
        }
        try {
            String chain = decide(token, publicKeyPem);
            forget(from);
            return chain;
        } catch (RefusedException e) {
            log(from, String.valueOf(e.getMessage()));
            throw e;
        } catch (KubernetesClientException e) {
            log(from, "the API server does not answer as it should: " + e.getMessage());
            throw new RefusedException(
                    HttpURLConnection.HTTP_UNAVAILABLE, "the API server does not answer");
        } finally {
            places.release();
        }
    }

    private String decide(String token, String publicKeyPem) throws RefusedException {
        PublicKey key = key(publicKeyPem);
        CertificateAuthority signing = signing();
        Caller caller = callers.identify(token);
        count(caller);
        try {
            String certificate =
                    switch (caller.role()) {
                        case STORAGE_POD ->
                                signing.certifyPod(
                                        key, caller.name(), List.of(), List.of(), validity);
                        case VNET -> signing.certifyVnet(key, caller.name(), validity);
                    };
            LOG.info("{} {} has a certificate for {}", caller.role(), caller.name(), validity);
            return certificate;
        } catch (IllegalArgumentException e) {
            throw bad(e);
        }
    }

    private static PublicKey key(String pem) throws RefusedException {
        try {
            return Pem.readPublicKey(pem);
        } catch (IllegalArgumentException e) {
            throw bad(e);
        }
    }

    private static RefusedException bad(IllegalArgumentException why) {
        return new RefusedException(
                HttpURLConnection.HTTP_BAD_REQUEST, String.valueOf(why.getMessage()));
    }

    private CertificateAuthority signing() throws RefusedException {
        try {
            return authority.signing();
        } catch (UnusableAuthorityException e) {
            throw new RefusedException(
                    HttpURLConnection.HTTP_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private void count(Caller caller) throws RefusedException {
        synchronized (counts) {
            Instant now = clock.instant();
            Count count = counts.getOrDefault(caller, new Count(now, 0));
            if (now.isAfter(count.since().plus(PERIOD))) {
                count = new Count(now, 0);
            }
            if (count.number() >= PER_CALLER) {
                throw new RefusedException(TOO_MANY_REQUESTS, "you have asked too often");
            }
            counts.put(caller, new Count(count.since(), count.number() + 1));
        }
    }

    /** Once, until it is another reason. */
    private void log(String from, String why) {
        boolean isNew;
        synchronized (refusals) {
            isNew = !why.equals(refusals.put(from, why));
        }
        if (isNew) {
            LOG.warn("No certificate for who asks from {}: {}", from, why);
        }
    }

    private void forget(String from) {
        synchronized (refusals) {
            refusals.remove(from);
        }
    }
}
