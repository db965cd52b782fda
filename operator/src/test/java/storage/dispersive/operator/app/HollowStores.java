package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.operator.founding.ModelPod;
import storage.dispersive.operator.founding.PodNames;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.OrdinaryDoor;
import storage.dispersive.transport.PodServer;
import storage.dispersive.transport.ServerLimits;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.wire.PodName;

/**
 * What the operator finds where hollow pods are: over TLS, with certificates of the cluster's
 * authority, stores that found volumes and tell of them, and keep nothing. For any thread.
 */
final class HollowStores implements AutoCloseable {

    private static final int ADMINISTRATION = 7400;
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final CertificateAuthority authority;
    private final NettyEventLoop loop = NettyEventLoop.start("hollow-stores");
    private final Random random = new Random();
    private final Map<String, PodServer> byAddress = new ConcurrentHashMap<>();

    private HollowStores(CertificateAuthority authority) {
        this.authority = authority;
    }

    /** With the authority that an operator has made. */
    static HollowStores of(KubernetesClient admin) {
        Secret secret =
                admin.secrets()
                        .inNamespace(Installation.SYSTEM)
                        .withName(Installation.AUTHORITY)
                        .require();
        IssuedIdentity identity =
                new IssuedIdentity(entry(secret, "tls.crt"), entry(secret, "tls.key"));
        return new HollowStores(CertificateAuthority.load(identity, Clock.systemUTC()));
    }

    private static String entry(Secret secret, String name) {
        byte[] bytes = Base64.getDecoder().decode(secret.getData().getOrDefault(name, ""));
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** Listens at a pod's address, from now on. */
    void begin(Pod pod, String address) {
        byAddress.computeIfAbsent(
                address,
                _ ->
                        listen(
                                PodNames.of(
                                        pod.getMetadata().getName(),
                                        pod.getMetadata().getNamespace()),
                                address));
    }

    private PodServer listen(PodName name, String address) {
        Incarnation incarnation = new Incarnation(random.nextLong() | 1);
        ModelPod store = new ModelPod(incarnation);
        PodServer server =
                new PodServer(
                        loop,
                        new PodServer.Self(name, incarnation),
                        new TlsHandshake(identity(name)),
                        OrdinaryDoor.ADMINISTRATION,
                        ServerLimits.DEFAULT,
                        (request, answer) -> answer.accept(store.answer(request)));
        server.listen(new InetSocketAddress(address, ADMINISTRATION)).join();
        return server;
    }

    private TlsIdentity identity(PodName name) {
        IssuedIdentity issued = authority.issuePod(name.value(), List.of(), List.of(), VALIDITY);
        try {
            return TlsIdentity.of(
                    issued.certificatePem().getBytes(StandardCharsets.US_ASCII),
                    issued.privateKeyPem().getBytes(StandardCharsets.US_ASCII),
                    authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        byAddress.values().forEach(PodServer::close);
        loop.close();
    }
}
