package storage.dispersive.csi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.node.FakeCluster.Resource;
import storage.dispersive.csi.node.NodeVolumes.ExpandRequest;
import storage.dispersive.csi.node.NodeVolumes.Expanded;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.Stats;
import storage.dispersive.csi.node.NodeVolumes.StatsRequest;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.node.NodeVolumes.Writing;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.SizeRange.Limit;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.VolumeKey;

/** What other drivers got wrong, and what this one does then. */
class ServedVolumesTest {

    private static final VolumeHandle DATA = TestedNode.handle("data");
    private static final VolumeKey KEY = new VolumeKey("data-1");
    private static final ByteSize LARGER = new ByteSize(8 << 20);

    private TestedNode node;
    private Resource resource;

    @BeforeEach
    void attach(@TempDir Path directory) {
        node = new TestedNode(directory);
        resource = node.cluster.create(DATA, KEY);
        node.cluster.attach(DATA);
    }

    private void stage() {
        assertDone(node.driver().stage(node.stage(DATA)));
    }

    private void publish(int pod) {
        assertDone(node.driver().publish(TestedNode.publish(DATA, pod, TestedNode.EXT4)));
    }

    private void stageAndPublish() {
        stage();
        publish(1);
    }

    private static void assertDone(Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    private static void assertRefused(Outcome<?> outcome, Class<? extends Refusal> why) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why()).isInstanceOf(why));
    }

    private boolean isMounted(Path path) {
        return node.kernel.top(path).filter(it -> KEY.equals(it.key())).isPresent();
    }

    private boolean isPublished(int pod) {
        return isMounted(TestedNode.target(DATA, pod).path());
    }

    private void assertNothingIsLeft() {
        assertThat(node.leftOf(KEY)).isEmpty();
        assertThat(node.kernel.targets).isEmpty();
        assertThat(node.records().all()).isEmpty();
        assertThat(node.cluster.lies()).isEmpty();
        assertThat(node.pods.losses()).isEmpty();
    }

    @Test
    void aVolumeIsServedMountedShownAndTakenBack() {
        stageAndPublish();
        assertThat(isPublished(1)).isTrue();
        assertThat(resource.format).isEqualTo(FormatState.DONE);
        assertThat(node.cluster.grip(DATA)).isEqualTo(Grip.OPEN);
        assertDone(node.driver().unpublish(TestedNode.unpublish(DATA, 1)));
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
        assertThat(node.cluster.grip(DATA)).isEqualTo(Grip.ATTACHED);
    }

    @Test
    void theSameCallsAgainAreDoneAgain() {
        for (int i = 0; i < 2; i++) {
            stageAndPublish();
        }
        assertThat(node.kernel.layers()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertDone(node.driver().unpublish(TestedNode.unpublish(DATA, 1)));
        }
        for (int i = 0; i < 2; i++) {
            assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        }
        assertNothingIsLeft();
    }

    private static List<Content> notBlank() {
        return List.of(
                new Content.Unrecognised("bytes"),
                new Content.SomethingElse("LUKS"),
                new Content.Unreadable("EIO"),
                new Content.FileSystem(FileSystemType.EXT4, "uuid", Content.History.NEVER_MOUNTED));
    }

    @Test
    void whatWasNeverFormattedAndIsNotBlankIsNotFormatted() {
        for (Content content : notBlank()) {
            node.pods.create(KEY, content);
            assertRefused(node.driver().stage(node.stage(DATA)), Refusal.Hindered.class);
            assertThat(node.pods.of(KEY).content).isEqualTo(content);
            assertThat(resource.format).isEqualTo(FormatState.NEVER);
            assertThat(isMounted(TestedNode.staging(DATA).path())).isFalse();
        }
    }

    @Test
    void whatWasFormattedIsNotFormattedAgainEvenIfItIsBlank() {
        resource.format = FormatState.DONE;
        assertRefused(node.driver().stage(node.stage(DATA)), Refusal.Hindered.class);
        assertThat(node.pods.of(KEY).content).isInstanceOf(Content.Blank.class);
    }

    @Test
    void whatAnMkfsLeftThatWasKilledIsMadeAgain() {
        node.mounter.killMkfs();
        assertRefused(node.driver().stage(node.stage(DATA)), Refusal.NotYet.class);
        assertThat(resource.format).isEqualTo(FormatState.BEGUN);
        stageAndPublish();
        assertThat(node.pods.losses()).isEmpty();
    }

    @Test
    void anotherFileSystemThanTheOneThatIsThereIsRefused() {
        stage();
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        StageRequest xfs =
                node.stage(DATA, new Attachment(1), TestedNode.mounted(Face.FilesystemType.XFS));
        assertRefused(node.driver().stage(xfs), Refusal.Hindered.class);
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        stage();
    }

    @Test
    void aFileSystemThatNeedsAPersonToRepairItIsNotMounted() {
        stage();
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        node.pods.of(KEY).needsRepair = true;
        assertRefused(node.driver().stage(node.stage(DATA)), Refusal.Hindered.class);
    }

    @Test
    void aStagingPathThatMountsSomethingElseIsRefused() {
        node.kernel.mountForeign(TestedNode.staging(DATA).path());
        assertRefused(node.driver().stage(node.stage(DATA)), Refusal.Different.class);
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.EXT4)),
                Refusal.Hindered.class);
    }

    @Test
    void aDeadMountAtTheStagingPathIsReplaced() {
        stage();
        node.kernel.kill(KEY);
        stageAndPublish();
        assertThat(node.kernel.layers()).noneMatch(FakeKernel.Layer::isStale);
    }

    @Test
    void aSecondStageWithOtherArgumentsIsRefused() {
        stage();
        Attachment attachment = new Attachment(1);
        assertRefused(
                node.driver().stage(node.stage(DATA, attachment, TestedNode.BLOCK)),
                Refusal.Different.class);
        assertRefused(
                node.driver()
                        .stage(
                                node.stage(
                                        DATA,
                                        attachment,
                                        TestedNode.mounted(Face.FilesystemType.EXT4, "noatime"))),
                Refusal.Different.class);
        assertRefused(
                node.driver()
                        .stage(
                                new StageRequest(
                                        DATA,
                                        new StagingPath(Path.of("/kubelet/elsewhere")),
                                        TestedNode.EXT4,
                                        attachment,
                                        Map.of())),
                Refusal.Different.class);
        stage();
    }

    @Test
    void moreMountFlagsThanCanBeAreRefused() {
        String[] flags = Collections.nCopies(33, "noatime").toArray(String[]::new);
        assertRefused(
                node.driver()
                        .stage(
                                node.stage(
                                        DATA,
                                        new Attachment(1),
                                        TestedNode.mounted(Face.FilesystemType.EXT4, flags))),
                Refusal.Wrong.class);
        assertNothingIsLeft();
    }

    @Test
    void aSecondPublishWithOtherArgumentsIsRefused() {
        stageAndPublish();
        PublishRequest readOnly =
                new PublishRequest(
                        DATA,
                        TestedNode.staging(DATA),
                        TestedNode.target(DATA, 1),
                        TestedNode.EXT4,
                        Writing.READ_ONLY);
        assertRefused(node.driver().publish(readOnly), Refusal.Different.class);
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.BLOCK)),
                Refusal.Different.class);
        publish(1);
        publish(2);
    }

    @Test
    void aSingleWriterGetsNoSecondTarget() {
        var single = TestedNode.with(AccessMode.SINGLE_NODE_SINGLE_WRITER);
        stage();
        assertDone(node.driver().publish(TestedNode.publish(DATA, 1, single)));
        assertDone(node.driver().publish(TestedNode.publish(DATA, 1, single)));
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 2, single)), Refusal.Hindered.class);
        assertThat(node.kernel.targets).hasSize(1);
        assertDone(node.driver().unpublish(TestedNode.unpublish(DATA, 1)));
        assertDone(node.driver().publish(TestedNode.publish(DATA, 2, single)));
    }

    @Test
    void nothingIsPublishedThatIsNotStaged() {
        PublishRequest request = TestedNode.publish(DATA, 1, TestedNode.EXT4);
        assertRefused(node.driver().publish(request), Refusal.Hindered.class);
        node.pods.of(KEY).isAway = true;
        assertRefused(node.driver().stage(node.stage(DATA)), Refusal.NotYet.class);
        assertRefused(node.driver().publish(request), Refusal.Hindered.class);
        assertThat(node.kernel.targets).isEmpty();
    }

    @Test
    void nothingIsPublishedWhoseEngineHasEnded() {
        stage();
        node.cluster.takeOver(DATA);
        node.engines.goOn();
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.EXT4)),
                Refusal.Hindered.class);
        node.engines.forget(KEY);
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.EXT4)),
                Refusal.Hindered.class);
        assertThat(node.kernel.targets).isEmpty();
    }

    @Test
    void aRawDeviceIsShownAsSuch() {
        assertDone(node.driver().stage(node.stage(DATA, new Attachment(1), TestedNode.BLOCK)));
        assertDone(node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.BLOCK)));
        assertThat(isPublished(1)).isTrue();
        assertThat(node.pods.of(KEY).content).isInstanceOf(Content.Blank.class);
        assertDone(node.driver().unpublish(TestedNode.unpublish(DATA, 1)));
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @Test
    void whatIsStillPublishedIsNotUnstaged() {
        stageAndPublish();
        assertRefused(node.driver().unstage(TestedNode.unstage(DATA)), Refusal.Hindered.class);
        assertThat(isPublished(1)).isTrue();
        publish(2);
    }

    @Test
    void aVolumeIsUnstagedWithoutItsDevice() {
        stage();
        node.kernel.disconnect(KEY);
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @Test
    void aVolumeIsUnstagedThatTheEngineProcessHasLost() {
        stage();
        node.engines.forget(KEY);
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @Test
    void aVolumeIsUnstagedAfterItIsDeleted() {
        stage();
        node.cluster.delete(DATA);
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @Test
    void whatIsNotWrittenYetIsWaitedFor() {
        stage();
        node.pods.of(KEY).isAway = true;
        node.engines.restart();
        assertRefused(node.driver().unstage(TestedNode.unstage(DATA)), Refusal.NotYet.class);
        assertThat(isMounted(TestedNode.staging(DATA).path())).isTrue();
        assertThat(node.cluster.grip(DATA)).isEqualTo(Grip.OPEN);
        node.pods.of(KEY).isAway = false;
        node.engines.goOn();
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @Test
    void whatIsUnknownIsUnpublishedAndUnstaged() {
        VolumeHandle unknown = TestedNode.handle("unknown");
        assertDone(node.driver().unpublish(TestedNode.unpublish(unknown, 1)));
        assertDone(node.driver().unstage(TestedNode.unstage(unknown)));
    }

    @Test
    void aPathAtWhichAVolumeIsNotStagedIsUnstaged() {
        stage();
        assertDone(
                node.driver()
                        .unstage(
                                new UnstageRequest(
                                        DATA, new StagingPath(Path.of("/kubelet/elsewhere")))));
        assertThat(isMounted(TestedNode.staging(DATA).path())).isTrue();
        publish(1);
    }

    @Test
    void aMountThatHangsIsAbnormalAndNoError() {
        stageAndPublish();
        StatsRequest request =
                new StatsRequest(DATA, new VolumePath(TestedNode.target(DATA, 1).path()));
        assertThat(node.driver().stats(request))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done ->
                                assertThat(((Stats) done.value()).condition())
                                        .isInstanceOf(Condition.Normal.class));
        node.engines.forget(KEY);
        assertThat(node.driver().stats(request))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> {
                            assertThat(((Stats) done.value()).usage()).isEmpty();
                            assertThat(((Stats) done.value()).condition())
                                    .isInstanceOf(Condition.Abnormal.class);
                        });
    }

    @Test
    void aVolumeHasNoStatsWhereItIsNot() {
        VolumeHandle other = TestedNode.handle("other");
        node.cluster.create(other, new VolumeKey("other-1"));
        node.cluster.attach(other);
        assertDone(node.driver().stage(node.stage(other)));
        stage();
        VolumePath path = new VolumePath(TestedNode.staging(other).path());
        assertRefused(node.driver().stats(new StatsRequest(DATA, path)), Refusal.Missing.class);
        assertRefused(
                node.driver().expand(new ExpandRequest(DATA, path, SizeRange.ANY)),
                Refusal.Missing.class);
    }

    private Outcome<Expanded> expand() {
        return node.driver()
                .expand(
                        new ExpandRequest(
                                DATA,
                                new VolumePath(TestedNode.staging(DATA).path()),
                                new SizeRange(LARGER, Limit.NONE)));
    }

    @Test
    void aVolumeGrowsOnlyAsFarAsTheClusterSays() {
        stage();
        assertRefused(expand(), Refusal.NotYet.class);
        resource.size = LARGER;
        assertThat(expand()).isEqualTo(Outcome.done(new Expanded(LARGER)));
        assertThat(expand()).isEqualTo(Outcome.done(new Expanded(LARGER)));
        var tooSmall = new SizeRange(new ByteSize(0), new Limit(FakeCluster.SIZE.bytes()));
        var path = new VolumePath(TestedNode.staging(DATA).path());
        assertRefused(
                node.driver().expand(new ExpandRequest(DATA, path, tooSmall)),
                Refusal.OutOfRange.class);
    }

    @Test
    void whatHasGrownMeanwhileIsAsLargeWhenItIsStaged() {
        stage();
        resource.size = LARGER;
        stage();
        assertThat(node.kernel.connection(KEY).orElseThrow().loopBytes).isEqualTo(LARGER.bytes());
    }

    @Test
    void anOlderAttachmentIsRefused() {
        node.cluster.free(DATA);
        node.cluster.attach(DATA);
        stageAndPublish();
        StageRequest old = node.stage(DATA, new Attachment(1), TestedNode.EXT4);
        assertRefused(node.driver().stage(old), Refusal.Hindered.class);
        assertThat(isPublished(1)).isTrue();
    }

    @Test
    void aNewerAttachmentTakesAwayWhatIsHere() {
        stageAndPublish();
        node.cluster.free(DATA);
        node.cluster.attach(DATA);
        stage();
        assertThat(node.kernel.targets).isEmpty();
        assertThat(node.engines.report(KEY).orElseThrow().generation()).isEqualTo(2);
        publish(1);
    }

    @Test
    void aVolumeThatOnlyHasTheNameOfAnotherReplacesIt() {
        node.cluster.free(DATA);
        node.cluster.attach(DATA);
        stageAndPublish();
        VolumeKey next = new VolumeKey("data-2");
        node.cluster.create(DATA, next);
        node.cluster.attach(DATA);
        stage();
        assertThat(node.leftOf(KEY)).isEmpty();
        assertThat(node.kernel.targets).isEmpty();
        publish(1);
        assertThat(node.kernel.top(TestedNode.target(DATA, 1).path()).orElseThrow().key())
                .isEqualTo(next);
    }

    @Test
    void whatAnotherNodeHasIsTakenAway() {
        stageAndPublish();
        assertThat(node.driver().lost()).isEqualTo(Outcome.done(new Lost(List.of())));
        assertDone(node.driver().evict(DATA));
        assertThat(isPublished(1)).isTrue();
        node.cluster.takeOver(DATA);
        node.engines.goOn();
        assertThat(node.driver().lost()).isEqualTo(Outcome.done(new Lost(List.of(DATA))));
        assertDone(node.driver().evict(DATA));
        assertNothingIsLeft();
    }

    @Test
    void whatIsInUseInAContainerIsTakenAwayToo() {
        stageAndPublish();
        node.kernel.busy.add(TestedNode.target(DATA, 1).path());
        node.kernel.held.add(KEY);
        node.cluster.takeOver(DATA);
        node.engines.goOn();
        assertDone(node.driver().evict(DATA));
        // A bare directory would be what a container sees that is started again.
        assertNothingIsLeft();
    }

    @Test
    void whileTheClusterDoesNotAnswerNothingIsLost() {
        stageAndPublish();
        node.cluster.takeOver(DATA);
        node.engines.goOn();
        node.mishaps.plan(new Mishaps.Mishap.Failure(Mishaps.Moment.BEFORE, Reason.UNREACHABLE), 1);
        assertThat(node.driver().lost()).isEqualTo(Outcome.done(new Lost(List.of())));
    }

    @Test
    void aNodeThatComesBackFromACrashFindsWhatLivesElsewhere() {
        stageAndPublish();
        node.reboot();
        node.cluster.takeOver(DATA);
        assertThat(node.driver().lost()).isEqualTo(Outcome.done(new Lost(List.of(DATA))));
        assertDone(node.driver().evict(DATA));
        assertThat(node.leftOf(KEY)).isEmpty();
        assertThat(node.records().all()).isEmpty();
    }

    @Test
    void aNodeThatComesBackFromACrashStagesAgain() {
        stageAndPublish();
        node.reboot();
        assertRefused(
                node.driver().publish(TestedNode.publish(DATA, 1, TestedNode.EXT4)),
                Refusal.Hindered.class);
        stageAndPublish();
        assertThat(isPublished(1)).isTrue();
    }

    @Test
    void nothingIsStartedWithoutTheRightTo() {
        node.cluster.detach(DATA);
        StageRequest request = node.stage(DATA);
        assertRefused(node.driver().stage(request), Refusal.Hindered.class);
        assertThat(node.leftOf(KEY)).isEmpty();
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void lettingGoComesLastWhateverFails(Mishaps.Moment moment) {
        boolean isDone = false;
        for (int after = 0; !isDone; after++) {
            stage();
            node.mishaps.plan(new Mishaps.Mishap.Failure(moment, Reason.TIMED_OUT), after);
            isDone = node.driver().unstage(TestedNode.unstage(DATA)) instanceof Outcome.Done;
            node.mishaps.none();
            assertThat(node.cluster.lies()).isEmpty();
        }
        assertNothingIsLeft();
    }
}
