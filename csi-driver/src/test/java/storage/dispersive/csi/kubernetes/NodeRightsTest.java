package storage.dispersive.csi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.InstalledChart;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.node.Descriptions.Described;
import storage.dispersive.csi.node.Tenancy;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.FormatState;

/**
 * What the chart lets a node's pod do with volumes, of a real API server: what it needs, of volumes
 * that are attached to its node, and nothing else. Seen to fail without the chart's policy.
 */
class NodeRightsTest {

    private static final String SYSTEM = "dispersive-system";
    private static final String ACCOUNT = "dispersive-node";
    private static final VolumeHandle PHOTOS = new VolumeHandle(SYSTEM, "photos");
    private static final Attachment THIRD = new Attachment(3);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private static final String VOLUME =
            """
            apiVersion: dispersive.storage/v1alpha1
            kind: DispersiveVolume
            metadata: {name: photos}
            spec: {size: 1Gi, dispersal: {data: 1, redundancy: 1}}
            """;

    private static final String STATUS =
            """
            {"status": {
              "volumeId": "6f1c2a9e-8d1b-4c3e-9f00-0123456789ab", "capacity": "1Gi",
              "attachment": {"generation": 3, "node": "node-a", "since": "2026-11-28T08:00:00Z"},
              "portions": [
                {"index": 0, "pod": "dv-photos-0", "state": "Serving",
                 "incarnation": "8f3a5c7e9b1d2f40", "admittedFromSeq": 1},
                {"index": 1, "pod": "dv-photos-1", "state": "Serving",
                 "incarnation": "0c41d2e65b7a9833", "admittedFromSeq": 1}]}}
            """;

    private static final ApiServer SERVER = ApiServer.start();
    private static final KubernetesClient ADMIN = SERVER.client();

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        ADMIN.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(SYSTEM)
                                .endMetadata()
                                .build())
                .create();
        var _ = InstalledChart.in(ADMIN, SYSTEM);
        for (String node : List.of("node-a", "node-b")) {
            ADMIN.resource(new NodeBuilder().withNewMetadata().withName(node).endMetadata().build())
                    .create();
        }
    }

    @AfterAll
    static void end() {
        ADMIN.close();
        SERVER.close();
    }

    @BeforeEach
    void makeVolume() {
        var _ = ADMIN.resources(DispersiveVolume.class).inNamespace(SYSTEM).delete();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> ADMIN.resource(VOLUME).inNamespace(SYSTEM).create() != null);
        var _ = photos(ADMIN).subresource("status").patch(MERGE, STATUS);
    }

    private static Resource<DispersiveVolume> photos(KubernetesClient client) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(PHOTOS.namespace())
                .withName(PHOTOS.name());
    }

    /** With the token of a pod of the DaemonSet on a node. */
    private static KubernetesClient on(String node) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withGenerateName("dispersive-node-")
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName(ACCOUNT)
                        .withAutomountServiceAccountToken(false)
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("csi")
                        .withImage("csi")
                        .endContainer()
                        .endSpec()
                        .build();
        Pod made = ADMIN.resource(pod).inNamespace(SYSTEM).create();
        String token =
                ADMIN.serviceAccounts()
                        .inNamespace(SYSTEM)
                        .withName(ACCOUNT)
                        .tokenRequest(
                                new TokenRequestBuilder()
                                        .withNewSpec()
                                        .withExpirationSeconds(3600L)
                                        .withNewBoundObjectRef()
                                        .withApiVersion("v1")
                                        .withKind("Pod")
                                        .withName(made.getMetadata().getName())
                                        .withUid(made.getMetadata().getUid())
                                        .endBoundObjectRef()
                                        .endSpec()
                                        .build())
                        .getStatus()
                        .getToken();
        return SERVER.clientWith(token);
    }

    private static Tenancy tenancy(KubernetesClient client, String node) {
        return new NodeTenancy(
                new KubernetesVolumes(
                        client, new KubernetesVolumes.Pools(SYSTEM), Clock.systemUTC()),
                new NodeName(node));
    }

    private static NodeResources resources(KubernetesClient client, String node) {
        return new NodeResources(
                client,
                new NodeName(node),
                new NodeResources.Ways("/run/vnet.sock", new NodeResources.Ports(7400, 7410)));
    }

    private static void be(String hold) {
        var _ =
                photos(ADMIN)
                        .subresource("status")
                        .patch(
                                MERGE,
                                "{\"status\": {\"attachment\": {\"hold\": \"" + hold + "\"}}}");
    }

    private static storage.dispersive.api.v1alpha1.Attachment attachment() {
        return Objects.requireNonNull(
                Objects.requireNonNull(photos(ADMIN).get().getStatus()).attachment());
    }

    @Test
    void aNodeOpensFormatsAndLetsGoOfWhatIsAttachedToIt() {
        try (KubernetesClient node = on("node-a")) {
            Tenancy tenancy = tenancy(node, "node-a");
            NodeResources resources = resources(node, "node-a");
            assertThat(tenancy.open(PHOTOS, THIRD)).isInstanceOf(Outcome.Done.class);
            assertThat(attachment().hold())
                    .isEqualTo(storage.dispersive.api.v1alpha1.Attachment.Hold.OPEN);
            assertThat(resources.stateOf(PHOTOS)).isEqualTo(Outcome.done(FormatState.NEVER));
            for (FormatState next : List.of(FormatState.BEGUN, FormatState.DONE)) {
                assertThat(resources.advance(PHOTOS, THIRD, next)).isEqualTo(Outcome.done(next));
                assertThat(resources.stateOf(PHOTOS)).isEqualTo(Outcome.done(next));
            }
            assertThat(resources.advance(PHOTOS, THIRD, FormatState.BEGUN))
                    .isEqualTo(Outcome.done(FormatState.DONE));
            be("Leaving");
            assertThat(tenancy.letGo(PHOTOS, THIRD)).isInstanceOf(Outcome.Done.class);
            assertThat(attachment().node()).isNull();
            assertThat(attachment().generation()).isEqualTo(3);
            assertThat(tenancy.right(PHOTOS, THIRD)).isEqualTo(Outcome.done(Tenancy.Right.LOST));
        }
    }

    @Test
    void anEngineIsToldWhatTheStatusSays() {
        try (KubernetesClient node = on("node-a")) {
            Outcome<Described> described = resources(node, "node-a").describe(PHOTOS, THIRD);
            assertThat(described).isInstanceOf(Outcome.Done.class);
            Described volume = ((Outcome.Done<Described>) described).value();
            assertThat(volume.id().text()).isEqualTo("6f1c2a9e-8d1b-4c3e-9f00-0123456789ab");
            assertThat(volume.json().text())
                    .contains(
                            "\"name\":\"dispersive-system/photos\"",
                            "\"generation\":3",
                            "\"sidecar\":\"/run/vnet.sock\"",
                            "\"pod\":\"dv-photos-1.dispersive-system\"",
                            "\"host\":\"dv-photos-1.dv-photos.dispersive-system.svc\"",
                            "\"incarnation\":\"0c41d2e65b7a9833\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'attachment': {'hold': 'Open'}}",
                "{'attachment': {'node': 'node-b'}}",
                "{'attachment': {'node': null, 'hold': null}}",
                "{'format': 'Done'}"
            })
    void aNodeChangesNothingOfWhatIsAttachedElsewhere(String status) {
        be("Leaving");
        try (KubernetesClient node = on("node-b")) {
            assertRefused(node, status, "attached to it");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'attachment': {'node': 'node-b'}}",
                "{'attachment': {'generation': 4, 'hold': 'Open'}}",
                "{'attachment': {'node': null, 'hold': null, 'since': null}}",
                "{'attachment': {'hold': 'Leaving'}}",
                "{'attachment': null}",
                "{'capacity': '2Gi'}",
                "{'mayBeMissing': 1}",
                "{'connections': []}"
            })
    void ofWhatIsAttachedToItANodeChangesHoldAndFormatOnly(String status) {
        try (KubernetesClient node = on("node-a")) {
            assertRefused(node, status, "a node ");
        }
    }

    @Test
    void whatANodeIsToLeaveItDoesNotOpenAgain() {
        be("Leaving");
        try (KubernetesClient node = on("node-a")) {
            assertRefused(node, "{'attachment': {'hold': 'Open'}}", "leaves");
        }
    }

    @Test
    void formatNeverGoesBack() {
        try (KubernetesClient node = on("node-a")) {
            var _ = resources(node, "node-a").advance(PHOTOS, THIRD, FormatState.DONE);
            assertRefused(node, "{'format': null}", "format");
            assertRefused(node, "{'format': 'Begun'}", "format");
        }
    }

    @Test
    void aTokenOfNoPodChangesNothing() {
        String token =
                ADMIN.serviceAccounts()
                        .inNamespace(SYSTEM)
                        .withName(ACCOUNT)
                        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
                        .getStatus()
                        .getToken();
        try (KubernetesClient anybody = SERVER.clientWith(token)) {
            assertRefused(anybody, "{'attachment': {'hold': 'Open'}}", "attached to it");
        }
    }

    @Test
    void aNodeChangesNothingButStatus() {
        try (KubernetesClient node = on("node-a")) {
            assertThatThrownBy(() -> photos(node).patch(MERGE, "{\"spec\": {\"size\": \"2Gi\"}}"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("cannot patch resource");
        }
    }

    private static void assertRefused(KubernetesClient node, String status, String why) {
        String patch = "{\"status\": " + status.replace('\'', '"') + "}";
        assertThatThrownBy(() -> photos(node).subresource("status").patch(MERGE, patch))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(why);
    }
}
