package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.enrolment.Enrolment;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.enrolment.HttpsIdentityService;
import storage.dispersive.enrolment.IdentityService;
import storage.dispersive.enrolment.VolumeName;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;

/** Tests with a service that listens, a set of storage pods, and the client that they have. */
abstract class WithIdentityServer extends WithApiServer {

    final Authority authority = authority();
    final SetInCluster set = SetInCluster.ofVolume(client(), pods, "photos");
    private final Vertx vertx = Vertx.vertx();
    private final IdentityServer server;
    final List<String> wrong = new CopyOnWriteArrayList<>();
    @TempDir Path place;

    WithIdentityServer() throws IOException, InterruptedException {
        server = start(true);
    }

    final IdentityServer start(boolean comparesTemplates) throws IOException, InterruptedException {
        return start(client(), comparesTemplates);
    }

    final IdentityServer start(KubernetesClient asked, boolean comparesTemplates)
            throws IOException, InterruptedException {
        return IdentityServer.start(
                vertx,
                asked,
                ClusterView.asking(asked),
                authority,
                serviceSettings(comparesTemplates),
                clock);
    }

    final ServiceSettings serviceSettings(boolean comparesTemplates) {
        return new ServiceSettings(
                "127.0.0.1",
                0,
                List.of("localhost"),
                ServiceSettings.USUAL_LIFE,
                comparesTemplates,
                new NodePlugin(operator, NodePlugin.USUAL_NAME, NodePlugin.USUAL_VOLUME_LIFE));
    }

    @BeforeEach
    void makeAuthority() {
        authority.step();
        authority.publish(pods, null);
    }

    @AfterEach
    void close() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    URI endpoint() {
        return endpoint(server);
    }

    static URI endpoint(IdentityServer of) {
        return URI.create("https://localhost:" + of.port());
    }

    static String newKey(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return Pem.write(generator.generateKeyPair().getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks as pods do. */
    String ask(String token) throws IOException, InterruptedException {
        return ask(endpoint(), token, newKey("secp256r1"));
    }

    String ask(URI where, String token, String key) throws IOException, InterruptedException {
        return certify(where.resolve("/v1/identity"), token, key);
    }

    /** Asks as engines do. */
    String ask(VolumeName volume, String token) throws IOException, InterruptedException {
        return certify(
                endpoint().resolve("/v1/identity/volume/" + volume), token, newKey("secp256r1"));
    }

    private String certify(URI resource, String token, String key)
            throws IOException, InterruptedException {
        return new HttpsIdentityService()
                .certify(new IdentityService.Question(resource, token, key, publishedPem()));
    }

    PeerIdentity identity(String token) throws IOException, InterruptedException {
        return PeerIdentity.claimedBy(Pem.readCertificate(ask(token)));
    }

    /** A process of a storage pod that starts, in the directory that it always has. */
    Enrolment enrol(PeerIdentity self, String token) throws IOException, InterruptedException {
        Files.writeString(place.resolve("token"), token, StandardCharsets.US_ASCII);
        Files.writeString(place.resolve("ca.crt"), publishedPem(), StandardCharsets.US_ASCII);
        return Enrolment.begin(
                new EnrolmentSettings(
                        endpoint(),
                        place.resolve("token"),
                        place.resolve("ca.crt"),
                        place.resolve("state"),
                        self),
                this::wrong);
    }

    private void wrong(String what) {
        // It would ask until it has an identity.
        assertThat(what).doesNotContain("no identity");
        wrong.add(what);
    }
}
