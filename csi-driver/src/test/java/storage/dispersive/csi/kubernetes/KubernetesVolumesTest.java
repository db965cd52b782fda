package storage.dispersive.csi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeSpec;
import storage.dispersive.csi.controller.Fencing;
import storage.dispersive.csi.controller.Holding;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.controller.Layout;
import storage.dispersive.csi.controller.Leaver;
import storage.dispersive.csi.controller.Limits;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.ResourceException;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.controller.Sharing;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.StoredVolume.Growth;
import storage.dispersive.csi.controller.StoredVolume.Readiness;
import storage.dispersive.csi.controller.VolumeResources.Change;
import storage.dispersive.csi.controller.VolumeResources.Page;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.controller.Volumes;
import storage.dispersive.csi.node.Tenancy;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Over a real API server; what an operator and a node would do is done by the test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesVolumesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofMillis(300);
    private static final NodeName HERE = new NodeName("node-a");
    private static final VolumeHandle PHOTOS = TriedApi.handle("photos");

    private final TriedApi api = TriedApi.start();
    private final KubernetesVolumes volumes = api.volumes();

    @AfterAll
    void stop() {
        api.close();
    }

    @AfterEach
    void clean() {
        api.deleteVolumes();
    }

    private StoredVolume make(VolumeHandle handle) {
        return now(volumes.insert(TriedApi.wanted(handle, TriedApi.OWN_PODS)));
    }

    private static StoredVolume now(Written written) {
        assertThat(written).isInstanceOf(Written.Now.class);
        return ((Written.Now) written).volume();
    }

    private StoredVolume found(VolumeHandle handle) {
        return volumes.find(handle).orElseThrow();
    }

    private static Holding held(long generation, Grip grip) {
        return new Holding(generation, new Holding.OneNode(HERE, grip));
    }

    @Test
    void aResourceSaysWhatWasAskedForAndByWhom() {
        StoredVolume made = make(PHOTOS);
        assertThat(found(PHOTOS)).isEqualTo(made);
        assertThat(made.origin()).isEqualTo(new StoredVolume.Origin.Created("Photos"));
        assertThat(made.shape()).isEqualTo(TriedApi.wanted(PHOTOS, TriedApi.OWN_PODS).shape());
        assertThat(made.holding()).isEqualTo(Holding.NEVER);
        DispersiveVolume resource = api.resource(PHOTOS);
        DispersiveVolumeSpec spec = resource.getSpec();
        assertThat(resource.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "csi.dispersive.storage");
        assertThat(resource.getMetadata().getAnnotations())
                .containsEntry("csi.dispersive.storage/claim", "team/pictures");
        assertThat(spec.size()).hasToString("1Gi");
        assertThat(spec.dispersal().data()).isEqualTo(3);
        assertThat(Objects.requireNonNull(spec.storage()).overhead()).isEqualTo("40%");
        assertThat(spec.encryption().secretRef()).isNotNull();
        assertThat(volumes.insert(TriedApi.wanted(PHOTOS, TriedApi.OWN_PODS)))
                .isEqualTo(new Written.Overtaken());
    }

    @Test
    void aVolumeInAPoolHasNoPodsOfItsOwn() {
        StoredVolume made = now(volumes.insert(TriedApi.wanted(PHOTOS, TriedApi.IN_POOL)));
        assertThat(made.shape().layout()).isEqualTo(TriedApi.IN_POOL);
        assertThat(api.resource(PHOTOS).getSpec().storage()).isNull();
    }

    @Test
    void whereThereIsNoNamespaceThatIsSaid() {
        VolumeHandle elsewhere = new VolumeHandle("nowhere", "photos");
        assertThatThrownBy(() -> volumes.insert(TriedApi.wanted(elsewhere, TriedApi.OWN_PODS)))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("there is no namespace nowhere");
        assertThat(volumes.find(elsewhere)).isEmpty();
    }

    @Test
    void aVolumeIsReadyWhenTheOperatorSaysSo() throws Exception {
        make(PHOTOS);
        CompletableFuture<Sight> sight =
                CompletableFuture.supplyAsync(() ->
                        volumes.await(
                                PHOTOS,
                                it -> it.health().readiness() instanceof Readiness.Ready,
                                LONG));
        api.condition(PHOTOS, "Ready", Condition.Truth.FALSE, "Founding");
        assertThat(sight).isNotDone();
        api.condition(PHOTOS, "Ready", Condition.Truth.TRUE, "Serving");
        assertThat(sight.get()).isInstanceOf(Sight.Enough.class);
        assertThat(found(PHOTOS).health().condition().text()).startsWith("Serving: ");
    }

    @Test
    void whatIsNotSoInTimeIsToldAsItIs() {
        make(PHOTOS);
        api.condition(PHOTOS, "Ready", Condition.Truth.FALSE, "PoolCannotTakeIt");
        Sight sight =
                volumes.await(
                        PHOTOS, it -> it.health().readiness() instanceof Readiness.Ready, SOON);
        assertThat(((Sight.Late) sight).volume().health().readiness())
                .isInstanceOfSatisfying(
                        Readiness.NotReady.class,
                        it -> assertThat(it.cause()).isEqualTo(StoredVolume.Cause.NO_ROOM));
        assertThat(volumes.await(TriedApi.handle("none"), _ -> true, SOON))
                .isEqualTo(new Sight.Missing());
    }

    @Test
    void whoeverIsOvertakenChangesNothing() {
        StoredVolume seen = make(PHOTOS);
        StoredVolume attached = now(volumes.change(seen, new Change.Hold(held(1, Grip.ATTACHED))));
        assertThat(volumes.change(seen, new Change.Hold(new Holding(1, new Holding.Nobody()))))
                .isEqualTo(new Written.Overtaken());
        assertThat(volumes.change(seen, new Change.Grow(new ByteSize(1L << 40))))
                .isEqualTo(new Written.Overtaken());
        assertThat(found(PHOTOS)).isEqualTo(attached);
    }

    @Test
    void anotherVolumeOfTheNameIsNeitherChangedNorRemoved() {
        StoredVolume first = make(PHOTOS);
        volumes.remove(first);
        StoredVolume second = make(PHOTOS);
        assertThat(volumes.change(first, new Change.Hold(held(1, Grip.ATTACHED))))
                .isEqualTo(new Written.Overtaken());
        volumes.remove(first);
        assertThat(volumes.find(PHOTOS)).isEqualTo(Optional.of(second));
    }

    @Test
    void anAttachmentLeavesTheRestOfTheStatusAlone() {
        StoredVolume seen = make(PHOTOS);
        api.condition(PHOTOS, "Ready", Condition.Truth.TRUE, "Serving");
        api.attachment(PHOTOS, new Attachment(4, null, "4.17", null));
        StoredVolume attached =
                now(volumes.change(found(PHOTOS), new Change.Hold(held(5, Grip.ATTACHED))));
        Attachment written = Objects.requireNonNull(api.status(PHOTOS).attachment());
        assertThat(written.generation()).isEqualTo(5);
        assertThat(written.node()).isEqualTo("node-a");
        assertThat(written.epoch()).isEqualTo("4.17");
        assertThat(written.since()).isNotNull();
        assertThat(attached.health().readiness()).isEqualTo(new Readiness.Ready());
        now(volumes.change(attached, new Change.Hold(new Holding(5, new Holding.Nobody()))));
        assertThat(api.status(PHOTOS).attachment())
                .isEqualTo(new Attachment(5, null, "4.17", null));
        assertThat(seen.holding()).isEqualTo(Holding.NEVER);
    }

    @Test
    void whatWasSaidBeforeItGrewDoesNotCount() {
        make(PHOTOS);
        api.condition(PHOTOS, "Grown", Condition.Truth.TRUE, "Done");
        StoredVolume small = found(PHOTOS);
        assertThat(small.health().growth()).isEqualTo(new Growth.Grown());
        StoredVolume large = now(volumes.change(small, new Change.Grow(new ByteSize(2L << 30))));
        assertThat(large.shape().size()).isEqualTo(new ByteSize(2L << 30));
        assertThat(large.health().growth()).isInstanceOf(Growth.Growing.class);
        api.condition(PHOTOS, "Grown", Condition.Truth.TRUE, "Done");
        assertThat(found(PHOTOS).health().growth()).isEqualTo(new Growth.Grown());
    }

    @Test
    void aVolumeNeverShrinks() {
        StoredVolume made = make(PHOTOS);
        assertThatThrownBy(() -> volumes.change(made, new Change.Grow(new ByteSize(1 << 20))))
                .isInstanceOfSatisfying(
                        ResourceException.class,
                        it -> assertThat(it.why()).isInstanceOf(Refusal.Wrong.class))
                .hasMessageContaining("never shrink");
    }

    @Test
    void limitsComeAndGo() {
        Limits limits =
                new Limits(
                        new Limits.Writing(new Limits.Rate.BytesPerSecond(1 << 20)),
                        new Limits.Reading(Limits.Rate.UNLIMITED));
        StoredVolume limited = now(volumes.change(make(PHOTOS), new Change.Limit(limits)));
        assertThat(limited.shape().limits()).isEqualTo(limits);
        assertThat(now(volumes.change(limited, new Change.Limit(Limits.NONE))).shape().limits())
                .isEqualTo(Limits.NONE);
    }

    @Test
    void pagesTogetherAreAllVolumes() {
        List<VolumeHandle> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(make(TriedApi.handle("photos-" + i)).handle());
        }
        List<VolumeHandle> listed = new ArrayList<>();
        Page page = volumes.list(new PageWish(2, ""));
        listed.addAll(handles(page));
        while (!page.next().isEmpty()) {
            page = volumes.list(new PageWish(2, page.next()));
            listed.addAll(handles(page));
        }
        assertThat(listed).containsExactlyElementsOf(made);
        assertThat(handles(volumes.list(new PageWish(0, "")))).containsExactlyElementsOf(made);
        assertThatThrownBy(() -> volumes.list(new PageWish(2, "forged")))
                .isInstanceOfSatisfying(
                        ResourceException.class,
                        it -> assertThat(it.why()).isInstanceOf(Refusal.Stale.class));
    }

    private static List<VolumeHandle> handles(Page page) {
        return page.volumes().stream().map(StoredVolume::handle).toList();
    }

    @Test
    void aPoolHasWhatItsStatusSays() {
        Layout.InPool pool = new Layout.InPool("shared");
        assertThat(volumes.roomIn(pool).free()).isEqualTo(new ByteSize(0));
        api.pool("shared", new Quantity("10Gi"), new Quantity("4Gi"));
        assertThat(volumes.roomIn(pool).free()).isEqualTo(new ByteSize(6L << 30));
    }

    @Test
    void aNodeIsOneThatTheClusterHas() {
        assertThat(volumes.isNode(HERE)).isTrue();
        assertThat(volumes.isNode(new NodeName("node-z"))).isFalse();
    }

    @Test
    void aNodeThatHasOpenedAVolumeIsWaitedForUntilItLetsGo() throws Exception {
        make(PHOTOS);
        ResourceVolumes controller =
                new ResourceVolumes(
                        volumes,
                        (_, _) -> Outcome.done(new Fencing.Fenced()),
                        new ResourceVolumes.Settings(TriedApi.NAMESPACE, Sharing.ONE_NODE, LONG));
        Tenancy node = new NodeTenancy(volumes, HERE);
        var attached = new storage.dispersive.csi.volume.Attachment(1);
        assertThat(node.open(PHOTOS, attached)).isInstanceOf(Outcome.Refused.class);
        assertThat(
                        controller.publish(
                                new Volumes.PublishRequest(
                                        PHOTOS, HERE, AccessMode.SINGLE_NODE_WRITER)))
                .isEqualTo(Outcome.done(attached));
        assertThat(node.open(PHOTOS, attached)).isEqualTo(Outcome.done(new Tenancy.Opened()));
        assertThat(node.open(PHOTOS, attached)).isEqualTo(Outcome.done(new Tenancy.Opened()));
        CompletableFuture<Outcome<Volumes.Detached>> detached =
                CompletableFuture.supplyAsync(() ->
                        controller.unpublish(
                                new Volumes.UnpublishRequest(PHOTOS, new Leaver.Node(HERE)), LONG));
        Awaitility.await().until(() -> found(PHOTOS).holding().equals(held(1, Grip.LEAVING)));
        assertThat(node.open(PHOTOS, attached)).isInstanceOf(Outcome.Refused.class);
        assertThat(node.letGo(PHOTOS, attached)).isEqualTo(Outcome.done(new Tenancy.LetGo()));
        assertThat(detached.get()).isEqualTo(Outcome.done(new Volumes.Detached()));
        assertThat(found(PHOTOS).holding()).isEqualTo(new Holding(1, new Holding.Nobody()));
        assertThat(node.letGo(PHOTOS, attached)).isEqualTo(Outcome.done(new Tenancy.LetGo()));
    }
}
