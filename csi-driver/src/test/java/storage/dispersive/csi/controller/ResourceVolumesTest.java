package storage.dispersive.csi.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.controller.Holding.OneNode;
import storage.dispersive.csi.controller.StoredVolume.Cause;
import storage.dispersive.csi.controller.StoredVolume.Growth;
import storage.dispersive.csi.controller.StoredVolume.Health;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.StoredVolume.Readiness;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.controller.Volumes.Changeable;
import storage.dispersive.csi.controller.Volumes.CreateRequest;
import storage.dispersive.csi.controller.Volumes.DeleteRequest;
import storage.dispersive.csi.controller.Volumes.ExpandRequest;
import storage.dispersive.csi.controller.Volumes.ModifyRequest;
import storage.dispersive.csi.controller.Volumes.PublishRequest;
import storage.dispersive.csi.controller.Volumes.UnpublishRequest;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

class ResourceVolumesTest {

    private static final long GIB = 1L << 30;
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final VolumeHandle HANDLE = new VolumeHandle("ours", "pvc-1");
    private static final NodeName HERE = new NodeName("here");
    private static final NodeName THERE = new NodeName("there");

    private final VolumesInMemory resources = new VolumesInMemory("here", "there");
    private final AtomicInteger fenced = new AtomicInteger();
    private Outcome<Fencing.Fenced> fence = Outcome.done(new Fencing.Fenced());

    private final ResourceVolumes volumes = volumes(Sharing.ONE_NODE);

    private ResourceVolumes volumes(Sharing sharing) {
        return new ResourceVolumes(
                resources,
                (_, _) -> {
                    fenced.incrementAndGet();
                    return fence;
                },
                new ResourceVolumes.Settings("ours", sharing, SOON));
    }

    private static CreateRequest wanted(SizeRange range, Map<String, String> parameters) {
        return wanted(range, parameters, AccessMode.SINGLE_NODE_WRITER);
    }

    private static CreateRequest wanted(
            SizeRange range, Map<String, String> parameters, AccessMode mode) {
        return new CreateRequest(
                "pvc-1",
                range,
                List.of(new Capability(new Face.Block(), mode)),
                new CreateRequest.Parameters(parameters, new Changeable(Map.of())));
    }

    private static SizeRange atLeast(long bytes) {
        return new SizeRange(new ByteSize(bytes), SizeRange.Limit.NONE);
    }

    private Outcome<StoredVolume> create(CreateRequest request) {
        return volumes.create(request, SOON);
    }

    private void make() {
        assertThat(create(wanted(atLeast(GIB), Map.of()))).isInstanceOf(Outcome.Done.class);
    }

    private Outcome<Attachment> attach(NodeName node) {
        return volumes.publish(new PublishRequest(HANDLE, node, AccessMode.SINGLE_NODE_WRITER));
    }

    private Outcome<Volumes.Detached> detach(NodeName node, Duration patience) {
        return volumes.unpublish(new UnpublishRequest(HANDLE, new Leaver.Node(node)), patience);
    }

    private static Health notReady(Cause cause) {
        return new Health(
                Life.STAYS,
                new Readiness.NotReady(cause, "PoolCannotTakeIt: too few pods"),
                new Growth.Grown(),
                new Condition.Abnormal("waits"));
    }

    private static Refusal why(Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused<?>) outcome).why();
    }

    @Test
    void theSameCallAgainIsTheSameVolume() {
        Outcome<StoredVolume> first = create(wanted(atLeast(GIB), Map.of("data", "3")));
        assertThat(create(wanted(atLeast(GIB), Map.of("data", "3")))).isEqualTo(first);
    }

    @Test
    void anotherSizeOrOtherParametersAreAnotherVolume() {
        make();
        assertThat(why(create(wanted(atLeast(2 * GIB), Map.of()))))
                .isInstanceOf(Refusal.Different.class);
        SizeRange smaller = new SizeRange(new ByteSize(0), new SizeRange.Limit(GIB / 2));
        assertThat(why(create(wanted(smaller, Map.of())))).isInstanceOf(Refusal.Different.class);
        assertThat(why(create(wanted(atLeast(GIB), Map.of("data", "3")))))
                .isInstanceOf(Refusal.Different.class);
        assertThat(create(wanted(atLeast(GIB / 2), Map.of()))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aVolumeThatSomebodyElseMadeIsNotTaken() {
        make();
        resources.alter(
                HANDLE,
                it ->
                        new StoredVolume(
                                it.handle(),
                                it.version(),
                                new StoredVolume.Origin.Foreign(),
                                it.shape(),
                                it.holding(),
                                it.health()));
        assertThat(why(create(wanted(atLeast(GIB), Map.of()))))
                .isInstanceOf(Refusal.Different.class);
    }

    @Test
    void aVolumeIsGivenWhenItIsReady() throws Exception {
        resources.bornWith(notReady(Cause.OTHER));
        CompletableFuture<Outcome<StoredVolume>> made =
                CompletableFuture.supplyAsync(
                        () -> volumes.create(wanted(atLeast(GIB), Map.of()), LONG));
        Awaitility.await().until(() -> resources.find(HANDLE).isPresent());
        assertThat(made).isNotDone();
        resources.setHealth(HANDLE, VolumesInMemory.WELL);
        assertThat(made.get()).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aVolumeThatIsNotReadyInTimeStaysAndTheNextCallWaitsForIt() {
        resources.bornWith(notReady(Cause.OTHER));
        Refusal why = why(create(wanted(atLeast(GIB), Map.of())));
        assertThat(why).isInstanceOf(Refusal.NotYet.class);
        assertThat(why.text()).contains("PoolCannotTakeIt");
        resources.setHealth(HANDLE, VolumesInMemory.WELL);
        assertThat(create(wanted(atLeast(GIB), Map.of()))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whereThereIsNoRoomNothingStays() {
        resources.bornWith(notReady(Cause.NO_ROOM));
        assertThat(why(create(wanted(atLeast(GIB), Map.of())))).isInstanceOf(Refusal.Full.class);
        assertThat(resources.find(HANDLE)).isEmpty();
    }

    @Test
    void aVolumeThatANodeEverHadIsNotRemovedForLackOfRoom() {
        make();
        attach(HERE);
        detach(HERE, SOON);
        resources.setHealth(HANDLE, notReady(Cause.NO_ROOM));
        assertThat(why(create(wanted(atLeast(GIB), Map.of())))).isInstanceOf(Refusal.NotYet.class);
        assertThat(resources.find(HANDLE)).isPresent();
    }

    @Test
    void whileAVolumeIsRemovedItsNameIsNotTaken() {
        make();
        resources.removingSlowly();
        Refusal why = why(volumes.delete(new DeleteRequest(HANDLE), SOON));
        assertThat(why).isInstanceOf(Refusal.NotYet.class);
        assertThat(why.text()).contains("PortionsLeft");
        assertThat(why(create(wanted(atLeast(GIB), Map.of())))).isInstanceOf(Refusal.NotYet.class);
        assertThat(why(attach(HERE))).isInstanceOf(Refusal.Hindered.class);
        assertThat(volumes.list(new PageWish(0, "")))
                .isEqualTo(Outcome.done(new VolumeResources.Page(List.of(), "")));
    }

    @Test
    void deletingTheUnknownIsDone() {
        assertThat(volumes.delete(new DeleteRequest(HANDLE), SOON))
                .isEqualTo(Outcome.done(new Volumes.Removed()));
        assertThat(detach(HERE, SOON)).isEqualTo(Outcome.done(new Volumes.Detached()));
    }

    @Test
    void aVolumeThatANodeHasIsNotDeleted() {
        make();
        attach(HERE);
        assertThat(why(volumes.delete(new DeleteRequest(HANDLE), SOON)))
                .isInstanceOf(Refusal.Hindered.class);
        detach(HERE, SOON);
        assertThat(volumes.delete(new DeleteRequest(HANDLE), SOON))
                .isEqualTo(Outcome.done(new Volumes.Removed()));
    }

    @Test
    void eachAttachmentIsALaterOne() {
        make();
        assertThat(attach(HERE)).isEqualTo(Outcome.done(new Attachment(1)));
        assertThat(attach(HERE)).isEqualTo(Outcome.done(new Attachment(1)));
        assertThat(why(attach(THERE))).isInstanceOf(Refusal.Hindered.class);
        detach(HERE, SOON);
        assertThat(attach(THERE)).isEqualTo(Outcome.done(new Attachment(2)));
    }

    @Test
    void whatIsNotThereCannotBeAttached() {
        assertThat(why(attach(HERE))).isInstanceOf(Refusal.Missing.class);
        make();
        assertThat(why(attach(new NodeName("nowhere")))).isInstanceOf(Refusal.Missing.class);
    }

    @Test
    void whoeverIsOvertakenLooksAgain() {
        make();
        resources.overtakenSoOften(3);
        assertThat(attach(HERE)).isEqualTo(Outcome.done(new Attachment(1)));
        resources.overtakenSoOften(1000);
        assertThat(why(detach(HERE, SOON))).isInstanceOf(Refusal.Busy.class);
    }

    @Test
    void detachingWaitsUntilTheNodeHasLetGo() throws Exception {
        make();
        attach(HERE);
        resources.setHolding(HANDLE, new Holding(1, new OneNode(HERE, Grip.OPEN)));
        ResourceVolumes patient =
                new ResourceVolumes(
                        resources,
                        (_, _) -> fence,
                        new ResourceVolumes.Settings("ours", Sharing.ONE_NODE, LONG));
        CompletableFuture<Outcome<Volumes.Detached>> detached =
                CompletableFuture.supplyAsync(() ->
                        patient.unpublish(
                                new UnpublishRequest(HANDLE, new Leaver.Everybody()), LONG));
        Holding leaving = new Holding(1, new OneNode(HERE, Grip.LEAVING));
        Awaitility.await()
                .until(() -> resources.find(HANDLE).orElseThrow().holding().equals(leaving));
        assertThat(detached).isNotDone();
        resources.setHolding(HANDLE, new Holding(1, new Holding.Nobody()));
        assertThat(detached.get()).isEqualTo(Outcome.done(new Volumes.Detached()));
        assertThat(fenced).hasValue(0);
    }

    @Test
    void aNodeThatDoesNotLetGoIsFenced() {
        make();
        attach(HERE);
        resources.setHolding(HANDLE, new Holding(1, new OneNode(HERE, Grip.OPEN)));
        fence = Outcome.refused(new Refusal.NotYet("too few pods answer"));
        Refusal why = why(detach(HERE, LONG));
        assertThat(why).isInstanceOf(Refusal.NotYet.class);
        assertThat(why.text()).contains("here").contains("too few pods answer");
        assertThat(why(attach(THERE))).isInstanceOf(Refusal.Hindered.class);
        fence = Outcome.done(new Fencing.Fenced());
        assertThat(detach(HERE, LONG)).isEqualTo(Outcome.done(new Volumes.Detached()));
        assertThat(fenced).hasValue(2);
        assertThat(attach(THERE)).isEqualTo(Outcome.done(new Attachment(2)));
    }

    @Test
    void readersOnSeveralNodesAreRefusedWhereEnginesCannotShare() {
        AccessMode mode = AccessMode.MULTI_NODE_READER_ONLY;
        assertThat(why(create(wanted(atLeast(GIB), Map.of(), mode))))
                .isInstanceOf(Refusal.Wrong.class);
        make();
        PublishRequest request = new PublishRequest(HANDLE, HERE, mode);
        assertThat(why(volumes.publish(request))).isInstanceOf(Refusal.Wrong.class);
        ResourceVolumes sharing = volumes(Sharing.SEVERAL_READERS);
        assertThat(sharing.publish(request)).isEqualTo(Outcome.done(new Attachment(1)));
        assertThat(sharing.publish(new PublishRequest(HANDLE, THERE, mode)))
                .isEqualTo(Outcome.done(new Attachment(1)));
    }

    @Test
    void aVolumeGrowsAndNeverShrinks() {
        make();
        assertThat(volumes.expand(new ExpandRequest(HANDLE, atLeast(2 * GIB)), SOON))
                .isEqualTo(Outcome.done(new ByteSize(2 * GIB)));
        assertThat(volumes.expand(new ExpandRequest(HANDLE, atLeast(GIB)), SOON))
                .isEqualTo(Outcome.done(new ByteSize(2 * GIB)));
        SizeRange smaller = new SizeRange(new ByteSize(GIB), new SizeRange.Limit(GIB));
        assertThat(why(volumes.expand(new ExpandRequest(HANDLE, smaller), SOON)))
                .isInstanceOf(Refusal.OutOfRange.class);
    }

    @Test
    void aVolumeHasGrownWhenStoragePodsHaveRoom() {
        make();
        resources.growingWith(
                new Health(
                        Life.STAYS,
                        new Readiness.Ready(),
                        new Growth.Growing("StorageClassCannotGrow: choose another"),
                        new Condition.Normal("serves")));
        Refusal why = why(volumes.expand(new ExpandRequest(HANDLE, atLeast(2 * GIB)), SOON));
        assertThat(why).isInstanceOf(Refusal.NotYet.class);
        assertThat(why.text()).contains("StorageClassCannotGrow");
        resources.setHealth(HANDLE, VolumesInMemory.WELL);
        assertThat(volumes.expand(new ExpandRequest(HANDLE, atLeast(2 * GIB)), SOON))
                .isEqualTo(Outcome.done(new ByteSize(2 * GIB)));
    }

    @Test
    void limitsChangeOneByOne() {
        make();
        modify(Map.of("writeBytesPerSecond", "1Mi"));
        modify(Map.of("readBytesPerSecond", "2Mi"));
        assertThat(resources.find(HANDLE).orElseThrow().shape().limits())
                .isEqualTo(
                        new Limits(
                                new Limits.Writing(new Limits.Rate.BytesPerSecond(1 << 20)),
                                new Limits.Reading(new Limits.Rate.BytesPerSecond(2 << 20))));
        modify(Map.of("writeBytesPerSecond", "unlimited", "readBytesPerSecond", "unlimited"));
        assertThat(resources.find(HANDLE).orElseThrow().shape().limits()).isEqualTo(Limits.NONE);
        ModifyRequest wrong = new ModifyRequest(HANDLE, new Changeable(Map.of("data", "7")));
        assertThat(why(volumes.modify(wrong))).isInstanceOf(Refusal.Wrong.class);
    }

    private void modify(Map<String, String> parameters) {
        assertThat(volumes.modify(new ModifyRequest(HANDLE, new Changeable(parameters))))
                .isEqualTo(Outcome.done(new Volumes.Modified()));
    }

    @Test
    void aPoolHasRoomForDataWithoutItsRedundancy() {
        Outcome<Volumes.Capacity> capacity =
                volumes.capacity(
                        new Volumes.CapacityRequest(
                                Map.of("pool", "shared", "data", "4", "redundancy", "2"),
                                List.of()));
        assertThat(capacity).isInstanceOf(Outcome.Done.class);
        Volumes.Capacity known = ((Outcome.Done<Volumes.Capacity>) capacity).value();
        assertThat(known.available().size()).isEqualTo(new ByteSize(400 * GIB));
    }

    @Test
    void whoSaysForWhomAVolumeIsMayRepeatHimself() {
        Map<String, String> parameters =
                Map.of(
                        "csi.storage.k8s.io/pvc/name", "claim",
                        "csi.storage.k8s.io/pvc/namespace", "team",
                        "csi.storage.k8s.io/pv/name", "pvc-1");
        assertThat(create(wanted(atLeast(GIB), parameters))).isInstanceOf(Outcome.Done.class);
        assertThat(create(wanted(atLeast(GIB), Map.of()))).isInstanceOf(Outcome.Done.class);
    }
}
