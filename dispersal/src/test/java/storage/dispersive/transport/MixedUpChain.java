package storage.dispersive.transport;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import storage.dispersive.identity.IssuedIdentity;

/**
 * A caller that shows its own certificate, then others that have nothing to do with it, then the
 * one that signed its own. The usual ways to load a key refuse to do that.
 *
 * @param between PEM
 */
record MixedUpChain(IssuedIdentity own, SslProvider provider, List<String> between) {

    static MixedUpChain with(IssuedIdentity own, SslProvider provider) {
        return new MixedUpChain(own, provider, List.of());
    }

    MixedUpChain and(String... between) {
        return new MixedUpChain(own, provider, List.of(between));
    }

    TlsIdentity under(String authority) {
        try {
            X509Certificate[] signed = certificates(own.certificatePem());
            X509Certificate[] others = certificates(String.join("", between));
            X509Certificate[] shown = new X509Certificate[signed.length + others.length];
            shown[0] = signed[0];
            System.arraycopy(others, 0, shown, 1, others.length);
            System.arraycopy(signed, 1, shown, 1 + others.length, signed.length - 1);
            SslContext client =
                    SslContextBuilder.forClient()
                            .keyManager(new Shown(shown, key(own.privateKeyPem())))
                            .sslProvider(provider)
                            .protocols("TLSv1.3")
                            .endpointIdentificationAlgorithm(null)
                            .trustManager(new ByteArrayInputStream(Network.bytes(authority)))
                            .build();
            return new TlsIdentity(client, client, TrustedRoots.read(Network.bytes(authority)));
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate[] certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Network.bytes(pem)))
                .toArray(X509Certificate[]::new);
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static final class Shown extends X509ExtendedKeyManager {
        private static final String ALIAS = "own";

        private final X509Certificate[] chain;
        private final PrivateKey key;

        Shown(X509Certificate[] chain, PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
