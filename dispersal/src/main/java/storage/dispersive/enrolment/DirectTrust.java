package storage.dispersive.enrolment;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import storage.dispersive.transport.TrustedRoots;

/**
 * Believes a server whose certificate an authority signed itself. Pods and volumes may sign, too,
 * and TLS does not mind whom: one that was taken over could sign for the identity service's address
 * and collect the tokens of others. So what a server shows beside its own certificate is not looked
 * at. Whether the certificate is for the host that was meant is checked as ever. Immutable.
 */
final class DirectTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager roots;

    private DirectTrust(X509ExtendedTrustManager roots) {
        this.roots = roots;
    }

    static DirectTrust in(TrustedRoots roots) {
        for (TrustManager manager : roots.verifier().getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager verifier) {
                return new DirectTrust(verifier);
            }
        }
        throw new IllegalStateException("this JVM cannot verify certificates");
    }

    private static X509Certificate[] own(X509Certificate[] shown) {
        return shown.length == 0 ? shown : new X509Certificate[] {shown[0]};
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine)
            throws CertificateException {
        roots.checkServerTrusted(own(shown), type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket)
            throws CertificateException {
        roots.checkServerTrusted(own(shown), type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type)
            throws CertificateException {
        roots.checkServerTrusted(own(shown), type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type)
            throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("nobody is let in here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.getAcceptedIssuers();
    }
}
