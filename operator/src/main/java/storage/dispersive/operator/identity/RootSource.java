package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Makes authorities. What becomes of them is the same, whoever does. */
sealed interface RootSource {

    /**
     * One where there was none.
     *
     * @throws UnusableAuthorityException if there can be none now; the message says what to do
     */
    Root first() throws UnusableAuthorityException;

    /**
     * The one to follow, if it is time.
     *
     * @throws UnusableAuthorityException if there should be one; the message says what to do
     */
    Optional<Root> successor(AuthorityState present) throws UnusableAuthorityException;

    /** When there will be a reason to look again; those who change Secrets are heard apart. */
    Instant due(AuthorityState present);

    static RootSource of(AuthoritySettings settings, KubernetesClient client, Clock clock) {
        return settings.issuerSecret() == null
                ? new Own(settings.validity(), clock)
                : new CertManager(settings.namespace(), settings.issuerSecret(), client, clock);
    }

    /** Authorities that sign themselves. */
    record Own(Duration validity, Clock clock) implements RootSource {
        @Override
        public Root first() {
            return Root.create(validity, clock);
        }

        @Override
        public Optional<Root> successor(AuthorityState present) {
            boolean isDue = !clock.instant().isBefore(present.current().renewal());
            return isDue || present.isAsked() ? Optional.of(first()) : Optional.empty();
        }

        @Override
        public Instant due(AuthorityState present) {
            return present.current().renewal();
        }
    }

    /**
     * What cert-manager keeps in a Secret, and renews when it likes. Its key is copied, as the old
     * one has to sign for some minutes when there is a new one already.
     */
    record CertManager(String namespace, String name, KubernetesClient client, Clock clock)
            implements RootSource {
        @Override
        public Root first() throws UnusableAuthorityException {
            Secret found = client.secrets().inNamespace(namespace).withName(name).get();
            if (found == null) {
                throw new UnusableAuthorityException(
                        "cert-manager has not made the Secret " + namespace + "/" + name);
            }
            try {
                return AuthoritySecret.root(
                        found, AuthoritySecret.CERTIFICATE, AuthoritySecret.KEY, clock);
            } catch (UnusableAuthorityException e) {
                throw new UnusableAuthorityException(
                        "the Secret "
                                + namespace
                                + "/"
                                + name
                                + " is of no use: "
                                + e.getMessage()
                                + "; its Certificate needs isCA: true, a commonName, and"
                                + " privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8}");
            }
        }

        @Override
        public Optional<Root> successor(AuthorityState present) throws UnusableAuthorityException {
            Root there = first();
            return there.isSame(present.current()) ? Optional.empty() : Optional.of(there);
        }

        @Override
        public Instant due(AuthorityState present) {
            return Instant.MAX;
        }
    }
}
