package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.enrolment.EnrolledVolume;
import storage.dispersive.enrolment.VolumeEnrolmentSettings;
import storage.dispersive.enrolment.VolumeIdentities;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.operator.identity.Caller.Kind;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.transport.TrustedRoots;

/** Which volumes a node may be. */
class AttachmentCheckTest extends WithIdentityServer {

    private static final String NODE = "node-1";

    private final NodePods nodes = new NodePods(client(), operator, NodePods.NAME);
    private final AttachedVolumes volumes = new AttachedVolumes(client(), pods);

    AttachmentCheckTest() throws IOException, InterruptedException {}

    @BeforeAll
    static void define() {
        AttachedVolumes.define(client());
    }

    private String engine(String node) {
        return nodes.token(nodes.create(node), Kind.ENGINE);
    }

    private PeerIdentity identity(String volume, String token)
            throws IOException, InterruptedException {
        return PeerIdentity.claimedBy(Pem.readCertificate(ask(volumes.name(volume), token)));
    }

    private AbstractThrowableAssert<?, ?> refused(String volume, String token) {
        return assertThatThrownBy(() -> ask(volumes.name(volume), token))
                .hasMessageContaining("403");
    }

    @Test
    void aNodeIsTheVolumesThatAreAttachedToIt() throws Exception {
        VolumeId photos = volumes.attached("photos", NODE);
        VolumeId films = volumes.attached("films", NODE);
        String token = engine(NODE);
        assertThat(identity("photos", token)).isEqualTo(new PeerIdentity.Volume(photos));
        assertThat(identity("films", token)).isEqualTo(new PeerIdentity.Volume(films));
    }

    @Test
    void certificatesOfVolumesSignLeasesAndLastAnHour() throws Exception {
        VolumeId photos = volumes.attached("photos", NODE);
        X509Certificate made = Pem.readCertificate(ask(volumes.name("photos"), engine(NODE)));
        assertThat(made.getBasicConstraints()).isZero();
        assertThat(made.getSubjectAlternativeNames()).hasSize(1);
        assertThat(made.getExtendedKeyUsage()).as("to call").containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(made.getNotAfter().toInstant())
                .isEqualTo(clock.instant().plus(Duration.ofHours(1)));
        assertThat(
                        TrustedRoots.read(publishedPem())
                                .identify(new X509Certificate[] {made}, clock.instant()))
                .isEqualTo(new PeerIdentity.Volume(photos));
    }

    @Test
    void noCertificateOutlivesItsAuthority() throws Exception {
        volumes.attached("photos", NODE);
        String token = engine(NODE);
        clock.pass(AuthoritySettings.USUAL_VALIDITY.minusMinutes(20));
        X509Certificate made = Pem.readCertificate(askThoughLate(token));
        assertThat(made.getNotAfter().toInstant())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(20)));
    }

    /** TLS knows no clock but the machine's, so the service is asked without it. */
    private String askThoughLate(String token) {
        Answer answer =
                new Certifier(
                                client(),
                                ClusterView.asking(client()),
                                authority,
                                serviceSettings(true),
                                clock)
                        .answer(
                                "192.0.2.1",
                                new Wanted.Volume(volumes.name("photos")),
                                "Bearer " + token,
                                newKey("secp256r1"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    @Test
    void aVolumeThatIsAttachedElsewhereOrNowhereIsRefused() throws Exception {
        VolumeId photos = volumes.attached("photos", "node-2");
        String token = engine(NODE);
        refused("photos", token)
                .hasMessageContaining("is not attached to the node that asks")
                .hasMessageNotContaining("node-2");
        volumes.attach("photos", new Attachment(2, null, null, null));
        refused("photos", token).hasMessageContaining("is not attached");
        volumes.attach("photos", null);
        refused("photos", token).hasMessageContaining("is not attached");
        volumes.attach("photos", new Attachment(3, NODE, null, null));
        assertThat(identity("photos", token)).isEqualTo(new PeerIdentity.Volume(photos));
        volumes.attach("photos", new Attachment(4, "node-2", null, null));
        refused("photos", token).hasMessageContaining("is not attached");
    }

    @Test
    void aVolumeThatIsNotFoundedOrGoneIsRefused() throws Exception {
        String token = engine(NODE);
        refused("photos", token).hasMessageContaining("there is no volume");
        volumes.create("photos");
        refused("photos", token).hasMessageContaining("is not founded");
        VolumeId photos = VolumeId.of(new UUID(1, 2));
        volumes.founded(photos, "photos", 2, NODE);
        refused("photos", token).hasMessageContaining("is not founded");
        volumes.founded(photos, "photos", 3, NODE);
        assertThat(identity("photos", token)).isEqualTo(new PeerIdentity.Volume(photos));
        volumes.delete("photos");
        refused("photos", token).hasMessageContaining("there is no volume");
    }

    /** What a scheduler has not placed yet serves nothing. */
    @Test
    void aPodWithoutANodeIsNoVolume() {
        volumes.attached("photos", NODE);
        volumes.attached("nowhere", "");
        Pod pod =
                nodes.create(
                        new PodBuilder(nodes.wanted(NODE))
                                .editSpec()
                                .withNodeName(null)
                                .endSpec()
                                .build());
        String token = nodes.token(pod, Kind.ENGINE);
        refused("photos", token).hasMessageContaining("is not attached");
        refused("nowhere", token).hasMessageContaining("is not attached");
    }

    @Test
    void onlyAnEnginesTokenOfTheNodePluginWillDo() {
        volumes.attached("photos", NODE);
        Pod node = nodes.create(NODE);
        refused("photos", nodes.token(node, Kind.VNET))
                .hasMessageContaining("asked for with a token for engine.dispersive.storage");
        refused("photos", BoundToken.of(client(), node, Kind.POD.audience()))
                .hasMessageContaining("asked for with a token for engine.dispersive.storage");
        refused(
                        "photos",
                        BoundToken.of(client(), node, Kind.ENGINE.audience(), Kind.VNET.audience()))
                .hasMessageContaining("may be for one only");
        assertThatThrownBy(() ->
                        ask(
                                volumes.name("photos"),
                                BoundToken.of(client(), node, "another.example")))
                .hasMessageContaining("401");
        Pod storage = set.create(0);
        refused("photos", set.token(storage, Kind.POD))
                .hasMessageContaining("asked for with a token for engine.dispersive.storage");
        refused("photos", BoundToken.of(client(), storage, Kind.ENGINE.audience()))
                .hasMessageContaining("not in the operator's namespace");
        NodePods elsewhere = new NodePods(client(), pods, NodePods.NAME);
        refused("photos", elsewhere.token(elsewhere.create(NODE), Kind.ENGINE))
                .hasMessageContaining("not in the operator's namespace");
        NodePods other = new NodePods(client(), operator, "another");
        refused("photos", other.token(other.create(NODE), Kind.ENGINE))
                .hasMessageContaining("not controlled by the DaemonSet dispersive-node");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "photos",
                "/photos",
                "space/",
                "space/photos/",
                "space//photos",
                "Space/photos",
                "space/Photos",
                "space/../photos",
                "../secrets",
                "space/..",
                "space/.",
                "space/%70hotos",
                "space%2fphotos",
                "space/photos%00",
                "space/photos;a=b",
                "space/-",
                "space/ph\u00f6tos",
            })
    void aPathThatIsNoVolumesIsNotLookedAt(String path) throws Exception {
        assertThat(status("/v1/identity/volume/" + path)).contains(" 400 ");
    }

    @Test
    void aNameThatIsTooLongIsNotLookedAt() throws Exception {
        String label = "a".repeat(63);
        String most = String.join(".", label, label, label, "a".repeat(61));
        assertThat(status("/v1/identity/volume/" + label + "/" + most)).contains(" 401 ");
        assertThat(status("/v1/identity/volume/" + label + "/" + most + "a")).contains(" 400 ");
        assertThat(status("/v1/identity/volume/" + label + "a/b")).contains(" 400 ");
        assertThat(status("/v1/identity/volume")).contains(" 404 ");
        assertThat(status("/v1/identity/volumes/a/b")).contains(" 404 ");
        assertThat(status("/v1/Identity/volume/a/b")).contains(" 404 ");
        assertThat(status("/v1/identity/./volume/a/b")).contains(" 404 ");
    }

    /** No client sends such paths as they are. */
    private String status(String path) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, TrustedRoots.read(publishedPem()).verifier().getTrustManagers(), null);
        try (SSLSocket socket =
                        (SSLSocket)
                                context.getSocketFactory()
                                        .createSocket("localhost", endpoint().getPort());
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return String.valueOf(in.readLine());
        }
    }

    @Test
    void eachVolumeOfANodeHasALimitOfItsOwn() throws Exception {
        volumes.attached("photos", NODE);
        VolumeId films = volumes.attached("films", NODE);
        String token = engine(NODE);
        String statuses =
                IntStream.range(0, 13)
                        .mapToObj(i -> said("photos", token))
                        .collect(Collectors.joining(" "));
        assertThat(statuses).isEqualTo("certified ".repeat(12) + "wait");
        assertThat(identity("films", token)).isEqualTo(new PeerIdentity.Volume(films));
    }

    private String said(String volume, String token) {
        try {
            return identity(volume, token) instanceof PeerIdentity.Volume ? "certified" : "wrong";
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("429") ? "wait" : "refused";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an engine that starts on a node with many volumes does. */
    @Test
    void aHundredVolumesOfANodeAreServedAtOnce() throws Exception {
        // The engine has the real time, at which what was issued an hour ago has expired.
        clock.pass(Duration.between(clock.instant(), Instant.now()));
        Map<String, VolumeId> all = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            all.put("v-" + i, volumes.attached("v-" + i, NODE));
        }
        Files.writeString(place.resolve("token"), engine(NODE), StandardCharsets.US_ASCII);
        Files.writeString(place.resolve("ca.crt"), publishedPem(), StandardCharsets.US_ASCII);
        try (VolumeIdentities identities =
                VolumeIdentities.start(
                        new VolumeEnrolmentSettings(
                                endpoint(), place.resolve("token"), place.resolve("ca.crt")))) {
            long begin = System.nanoTime();
            List<EnrolledVolume> open = new ArrayList<>();
            all.forEach((name, id) -> open.add(identities.open(volumes.name(name), id)));
            List<VolumeId> got = new ArrayList<>();
            for (EnrolledVolume each : open) {
                Credentials credentials = each.await(Duration.ofMinutes(1));
                assertThat(LeaseAuthority.load(credentials.own(), Clock.systemUTC())).isNotNull();
                got.add(volume(credentials));
            }
            assertThat(got).containsExactlyElementsOf(all.values());
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(30));
        }
    }

    private static VolumeId volume(Credentials of) {
        PeerIdentity identity =
                PeerIdentity.claimedBy(Pem.readCertificate(of.own().certificatePem()));
        return ((PeerIdentity.Volume) identity).volume();
    }
}
