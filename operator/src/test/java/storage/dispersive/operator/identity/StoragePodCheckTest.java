package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import storage.dispersive.transport.PeerIdentity;

/** Pods that somebody else made, who may make pods in the namespace of storage pods. */
class StoragePodCheckTest extends WithIdentityServer {

    private static final String POD = "dv-photos-0";

    StoragePodCheckTest() throws IOException, InterruptedException {}

    private void assertRefused(Pod pod, String why) {
        Pod made = set.create(pod);
        assertThatThrownBy(() -> ask(set.token(made, "pod.dispersive.storage")))
                .as(why)
                .hasMessageContaining("403")
                .hasMessageContaining(why);
        client().resource(made).withGracePeriod(0).delete();
    }

    private Map<UnaryOperator<PodBuilder>, String> foreign() {
        Map<UnaryOperator<PodBuilder>, String> foreign = new LinkedHashMap<>();
        foreign.put(
                pod -> pod.editMetadata().withName("stranger").endMetadata(),
                "a name that is none of its set's pods");
        foreign.put(
                pod -> pod.editMetadata().withName("dv-photos-6").endMetadata(),
                "a name that is none of its set's pods");
        foreign.put(
                pod -> pod.editMetadata().withName("dv-photos-00").endMetadata(),
                "a name that is none of its set's pods");
        foreign.put(
                pod -> pod.editMetadata().withName("dv-photos-9999999999").endMetadata(),
                "a name that is none of its set's pods");
        foreign.put(
                pod -> pod.editMetadata().removeFromLabels("app.kubernetes.io/name").endMetadata(),
                "has not the label");
        foreign.put(
                pod -> pod.editMetadata().withOwnerReferences().endMetadata(),
                "not controlled by dv-photos");
        foreign.put(
                pod ->
                        pod.editMetadata()
                                .editOwnerReference(0)
                                .withUid("6f1b0c0a-5f3b-4b36-9c5a-0a8f6f0d8a11")
                                .endOwnerReference()
                                .endMetadata(),
                "not controlled by dv-photos");
        foreign.put(
                pod ->
                        pod.editMetadata()
                                .editOwnerReference(0)
                                .withController(false)
                                .endOwnerReference()
                                .endMetadata(),
                "not controlled by dv-photos");
        return foreign;
    }

    /** Each is right but for one thing. */
    @Test
    void whoIsNoPodOfTheSetIsRefused() {
        foreign()
                .forEach((change, why) ->
                        assertRefused(change.apply(new PodBuilder(set.wanted(POD))).build(), why));
    }

    private static Map<UnaryOperator<PodBuilder>, String> counterfeits() {
        Map<UnaryOperator<PodBuilder>, String> all = new LinkedHashMap<>();
        all.put(
                pod -> pod.editSpec().editContainer(0).withImage("mine").endContainer().endSpec(),
                "container storage-pod differs");
        all.put(
                pod -> pod.editSpec().editContainer(0).withCommand("sh").endContainer().endSpec(),
                "container storage-pod differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .editInitContainer(0)
                                .withArgs("x")
                                .endInitContainer()
                                .endSpec(),
                "init container vnet differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .addNewContainer()
                                .withName("more")
                                .withImage("mine")
                                .endContainer()
                                .endSpec(),
                "its containers are [storage-pod, more]");
        all.put(
                pod -> pod.editSpec().withShareProcessNamespace(true).endSpec(),
                "shares namespaces");
        all.put(
                pod ->
                        pod.editSpec()
                                .addToVolumes(
                                        new VolumeBuilder()
                                                .withName("more")
                                                .withNewEmptyDir()
                                                .endEmptyDir()
                                                .build())
                                .endSpec(),
                "the volume more differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .editMatchingVolume(it -> it.getName().equals("store"))
                                .editPersistentVolumeClaim()
                                .withClaimName("mine")
                                .endPersistentVolumeClaim()
                                .endVolume()
                                .endSpec(),
                "not on the claim store-dv-photos-0");
        return all;
    }

    /** Whoever is faster than the StatefulSet's controller. */
    @Test
    void aPodOfTheRightNameHasToBeAsTheSetMakesIt() throws Exception {
        counterfeits()
                .forEach((change, why) ->
                        assertRefused(change.apply(new PodBuilder(set.wanted(POD))).build(), why));
        Pod right = set.create(0);
        assertThat(identity(set.token(right, Caller.Kind.POD)))
                .hasToString("pod " + POD + "." + pods);
    }

    /** What admission adds on any cluster, also that of service accounts, which tests lack. */
    @Test
    void whatHasNothingToDoWithFilesAndProgramsMayDiffer() throws Exception {
        Pod pod =
                set.create(
                        new PodBuilder(set.wanted(POD))
                                .editSpec()
                                .withImagePullSecrets(new LocalObjectReference("registry"))
                                .withNodeName("node-1")
                                .addNewToleration()
                                .withKey("maintenance")
                                .withOperator("Exists")
                                .endToleration()
                                .withHostname(POD)
                                .withSubdomain("dv-photos")
                                .editContainer(0)
                                .withImagePullPolicy("Always")
                                .withNewResources()
                                .addToLimits("memory", new Quantity("1Gi"))
                                .endResources()
                                .endContainer()
                                .endSpec()
                                .build());
        assertThat(identity(set.token(pod, Caller.Kind.POD)))
                .hasToString("pod " + POD + "." + pods);
    }

    @Test
    void whereAWebhookChangesPodsTheyAreNotCompared() throws Exception {
        Pod mirrored =
                set.create(
                        new PodBuilder(set.wanted(POD))
                                .editSpec()
                                .editContainer(0)
                                .withImage("mirror.example/storage-pod:1")
                                .endContainer()
                                .endSpec()
                                .build());
        String token = set.token(mirrored, Caller.Kind.POD);
        assertThatThrownBy(() -> ask(token)).hasMessageContaining("differs");
        try (IdentityServer lenient = start(false)) {
            assertThat(ask(endpoint(lenient), token, newKey("secp256r1"))).contains("BEGIN");
        }
    }

    /** Pods are replaced one by one, and renew their certificates meanwhile. */
    @Test
    void aPodOfAnEarlierRevisionIsStillOne() throws Exception {
        Pod old =
                set.create(
                        new PodBuilder(set.wanted(POD))
                                .editMetadata()
                                .addToLabels("controller-revision-hash", "dv-photos-1")
                                .endMetadata()
                                .build());
        Map<String, Object> before = revision(set.statefulSet());
        String token = set.token(old, Caller.Kind.POD);
        set.useImage("localhost/storage-pod:2");
        assertThatThrownBy(() -> ask(token)).hasMessageContaining("differs");
        client().resource(
                        new ControllerRevisionBuilder()
                                .withNewMetadata()
                                .withNamespace(pods)
                                .withName("dv-photos-1")
                                .withOwnerReferences(set.owner())
                                .endMetadata()
                                .withRevision(1L)
                                .withData(before)
                                .build())
                .create();
        assertThat(identity(token)).hasToString("pod " + POD + "." + pods);
    }

    /** As the StatefulSet's controller writes one. */
    private static Map<String, Object> revision(StatefulSet set) {
        var template = set.getSpec().getTemplate();
        return Map.of(
                "spec",
                Map.of(
                        "template",
                        Map.of(
                                "$patch",
                                "replace",
                                "metadata",
                                template.getMetadata(),
                                "spec",
                                template.getSpec())));
    }

    @Test
    void aSetThatIsNotAVolumesMakesNoStoragePods() {
        Pod pod = set.create(0);
        String token = set.token(pod, Caller.Kind.POD);
        List<OwnerReference> others =
                List.of(
                        new OwnerReferenceBuilder(volume()).withKind("Deployment").build(),
                        new OwnerReferenceBuilder(volume()).withApiVersion("apps/v1").build(),
                        new OwnerReferenceBuilder(volume()).withName("films").build(),
                        new OwnerReferenceBuilder(volume()).withController(false).build());
        for (OwnerReference other : others) {
            assertNotOurs(token, List.of(other));
        }
        assertNotOurs(token, List.of());
    }

    private OwnerReference volume() {
        return set.statefulSet().getMetadata().getOwnerReferences().getFirst();
    }

    private void assertNotOurs(String token, List<OwnerReference> owners) {
        StatefulSet before = set.statefulSet();
        set.edit(present ->
                new StatefulSetBuilder(present)
                        .editMetadata()
                        .withOwnerReferences(owners)
                        .endMetadata()
                        .build());
        assertThatThrownBy(() -> ask(token))
                .as(owners.toString())
                .hasMessageContaining("not a volume's or a pool's");
        set.edit(present ->
                new StatefulSetBuilder(present)
                        .editMetadata()
                        .withOwnerReferences(before.getMetadata().getOwnerReferences())
                        .endMetadata()
                        .build());
    }

    @Test
    void aPodOfAPoolIsAStoragePodToo() throws Exception {
        SetInCluster pool = SetInCluster.ofPool(client(), pods, "shared");
        Pod pod = pool.create(2);
        assertThat(identity(pool.token(pod, Caller.Kind.POD)))
                .hasToString("pod dpool-shared-2." + pods);
        assertThat(identity(pool.token(pod, Caller.Kind.VNET)))
                .isEqualTo(new PeerIdentity.Vnet("dpool-shared-2." + pods));
    }

    @Test
    void thePodOfAnotherSetIsNotOneOfThis() {
        SetInCluster other = SetInCluster.ofVolume(client(), pods, "films");
        assertRefused(
                new PodBuilder(other.wanted("dv-films-0"))
                        .editSpec()
                        .withServiceAccountName(set.name())
                        .endSpec()
                        .build(),
                "not controlled by dv-photos");
        assertRefused(
                new PodBuilder(set.wanted(POD))
                        .editSpec()
                        .withServiceAccountName("dv-films")
                        .endSpec()
                        .build(),
                "not controlled by dv-films");
    }
}
