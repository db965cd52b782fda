package storage.dispersive.e2e;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;

/** Certificates of the cluster's authority, as whoever attaches volumes has them. */
final class Identities {

    private static final Duration VALIDITY = Duration.ofHours(1);

    private final CertificateAuthority authority;
    private final String trusted;

    private Identities(CertificateAuthority authority, String trusted) {
        this.authority = authority;
        this.trusted = trusted;
    }

    /**
     * Those of the operator's authority, whose key only an administrator can read. While another
     * one takes its place both are trusted.
     */
    static Identities ofCluster() {
        Secret secret =
                Cluster.CLIENT
                        .secrets()
                        .inNamespace(Cluster.SYSTEM)
                        .withName(Cluster.AUTHORITY)
                        .require();
        IssuedIdentity own = new IssuedIdentity(entry(secret, "tls.crt"), entry(secret, "tls.key"));
        String trusted = own.certificatePem();
        if (secret.getData().containsKey("next.crt")) {
            trusted += entry(secret, "next.crt");
        }
        return new Identities(CertificateAuthority.load(own, Clock.systemUTC()), trusted);
    }

    private static String entry(Secret secret, String name) {
        return new String(
                Base64.getDecoder().decode(secret.getData().get(name)), StandardCharsets.UTF_8);
    }

    /** Of who may write a volume. */
    Secret ofVolume(String name, String volumeId) {
        return secret(name, authority.issueVolume(VolumeId.parse(volumeId), VALIDITY));
    }

    /** Of the sidecar of a host. */
    Secret ofSidecar(String name, String host) {
        return secret(name, authority.issueVnet(host, VALIDITY));
    }

    private Secret secret(String name, IssuedIdentity identity) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withStringData(
                        Map.of(
                                "tls.crt",
                                identity.certificatePem(),
                                "tls.key",
                                identity.privateKeyPem(),
                                "ca.crt",
                                trusted))
                .build();
    }
}
