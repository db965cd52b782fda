package storage.dispersive.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pem.Pem;

/**
 * The one certificate and key that this side shows to everybody. A key store would do the same, but
 * encrypts the key with some ten thousand hashes whenever it is filled: over 100 ms for each lease,
 * without C2. Immutable.
 */
final class OwnKey extends X509ExtendedKeyManager {

    private static final String ALIAS = "own";

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    /**
     * @param chain in the order in which it is shown, this side's own certificate first
     */
    OwnKey(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /**
     * From PEM.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static OwnKey read(String chain, String pkcs8Key) {
        List<X509Certificate> certificates = Pem.readCertificates(chain);
        return new OwnKey(certificates, Pem.readPrivateKey(pkcs8Key, certificates.getFirst()));
    }

    /** Types are those of keys, or of a key and a signature on it, like EC_RSA. */
    private @Nullable String aliasFor(String type) {
        String algorithm = key.getAlgorithm();
        return type.equals(algorithm) || type.startsWith(algorithm + "_") ? ALIAS : null;
    }

    private @Nullable String aliasFor(String[] types) {
        for (String type : types) {
            if (aliasFor(type) != null) {
                return ALIAS;
            }
        }
        return null;
    }

    private String @Nullable [] aliasesFor(String type) {
        return aliasFor(type) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return aliasesFor(type);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(types);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(types);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return aliasesFor(type);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(type);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(type);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
