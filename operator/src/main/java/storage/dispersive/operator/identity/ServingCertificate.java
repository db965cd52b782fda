package storage.dispersive.operator.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/**
 * What the identity service shows whoever calls. Each handshake asks for it, so it is made anew
 * when it is time or another root signs, and nothing need be started again. While there is no
 * authority it is the last one, as long as that is good, so that callers can be told.
 *
 * <p>Safe for use by many threads.
 */
final class ServingCertificate extends X509ExtendedKeyManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);
    private static final Duration LIFE = Duration.ofDays(1);
    private static final String KEY_TYPE = "EC";

    private final Authority authority;
    private final List<String> dnsNames;
    private final Clock clock;
    private int count;
    private @Nullable Shown shown;
    private @Nullable Shown before;

    /** A handshake may have begun with one and ask for its key when there is another one. */
    private record Shown(
            String alias,
            Root root,
            X509Certificate certificate,
            PrivateKey key,
            Instant renewal) {}

    ServingCertificate(Authority authority, List<String> dnsNames, Clock clock) {
        this.authority = authority;
        this.dnsNames = dnsNames;
        this.clock = clock;
    }

    private synchronized @Nullable String current() {
        Shown present = shown;
        Optional<Root> signer = authority.signer();
        Instant now = clock.instant();
        if (signer.isPresent()
                && (present == null
                        || !present.root().isSame(signer.get())
                        || !now.isBefore(present.renewal()))) {
            before = present;
            present = make(signer.get(), now);
            shown = present;
        }
        return present == null ? null : present.alias();
    }

    private Shown make(Root root, Instant now) {
        Duration life = root.atMost(LIFE, now);
        IssuedIdentity made = root.authority().issueServer(dnsNames, life);
        X509Certificate certificate = Pem.readCertificate(made.certificatePem());
        LOG.info("the identity service has a certificate for {}, for {}", dnsNames, life);
        count++;
        return new Shown(
                "service-" + count,
                root,
                certificate,
                Pem.readPrivateKey(made.privateKeyPem(), certificate),
                now.plus(life.multipliedBy(2).dividedBy(3)));
    }

    private synchronized @Nullable Shown find(String alias) {
        for (Shown each : new Shown[] {shown, before}) {
            if (each != null && each.alias().equals(alias)) {
                return each;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return keyType.equals(KEY_TYPE) ? current() : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return keyType.equals(KEY_TYPE) ? current() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Shown found = find(alias);
        return found == null ? null : new X509Certificate[] {found.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Shown found = find(alias);
        return found == null ? null : found.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
