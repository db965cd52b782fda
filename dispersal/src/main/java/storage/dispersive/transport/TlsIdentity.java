package storage.dispersive.transport;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/**
 * A certificate, its key, and the authority that both sides must come from. TLS 1.3 only, both
 * sides show a certificate, sessions are never resumed: every connection proves itself anew. Uses
 * BoringSSL where it is there, which costs a fraction of the JDK's TLS. Immutable.
 */
public final class TlsIdentity {

    private static final String TLS_1_3 = "TLSv1.3";
    private static final long MAX_PEM_BYTES = 1 << 20;

    private final SslContext server;
    private final SslContext client;
    private final TrustedRoots roots;

    private TlsIdentity(SslContext server, SslContext client, TrustedRoots roots) {
        this.server = server;
        this.client = client;
        this.roots = roots;
    }

    /**
     * Reads an identity from files, all PEM.
     *
     * @throws IOException if a file cannot be read or is not what it should be; the message says
     *     which
     */
    public static TlsIdentity load(Path certificateChain, Path pkcs8Key, Path authority)
            throws IOException {
        return of(read(certificateChain), read(pkcs8Key), read(authority));
    }

    /** The same from bytes. */
    public static TlsIdentity of(byte[] certificateChain, byte[] pkcs8Key, byte[] authority)
            throws IOException {
        return of(certificateChain, pkcs8Key, authority, provider());
    }

    static TlsIdentity of(byte[] chain, byte[] key, byte[] authority, SslProvider provider)
            throws IOException {
        try {
            OwnKey own = OwnKey.read(text(chain), text(key));
            TrustedRoots roots = TrustedRoots.read(text(authority));
            SslContext server =
                    SslContextBuilder.forServer(own)
                            .sslProvider(provider)
                            .protocols(TLS_1_3)
                            .clientAuth(ClientAuth.REQUIRE)
                            .trustManager(roots.verifier())
                            .build();
            SslContext client =
                    SslContextBuilder.forClient()
                            .keyManager(own)
                            .sslProvider(provider)
                            .protocols(TLS_1_3)
                            // Who the peer is stands in a URI that the connector compares.
                            .endpointIdentificationAlgorithm(null)
                            .trustManager(roots.verifier())
                            .build();
            return new TlsIdentity(server, client, roots);
        } catch (IllegalArgumentException e) {
            throw new IOException("no identity can be made of this: " + e.getMessage(), e);
        } catch (SSLException e) {
            throw new IOException("TLS does not take this identity: " + e.getMessage(), e);
        }
    }

    /** What does the TLS of this process, for people to read. */
    public static String backend() {
        return provider() == SslProvider.OPENSSL ? OpenSsl.versionString() : "JDK";
    }

    SslContext server() {
        return server;
    }

    SslContext client() {
        return client;
    }

    TrustedRoots roots() {
        return roots;
    }

    private static SslProvider provider() {
        return OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
                ? SslProvider.OPENSSL
                : SslProvider.JDK;
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_PEM_BYTES) {
            throw new IOException(file + " is too long to be PEM");
        }
        return Files.readAllBytes(file);
    }
}
