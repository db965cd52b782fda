package storage.dispersive.csi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.node.NodeVolumes.ExpandRequest;
import storage.dispersive.csi.node.NodeVolumes.Expanded;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.Stats;
import storage.dispersive.csi.node.NodeVolumes.StatsRequest;
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
import storage.dispersive.mounter.VolumeKey;

/** What other drivers got wrong with volumes on nodes, and what this one does then. */
class ServedVolumesTest extends OneVolume {

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
    void nothingIsStartedWithoutTheRightTo() {
        node.cluster.detach(DATA);
        StageRequest request = node.stage(DATA);
        assertRefused(node.driver().stage(request), Refusal.Hindered.class);
        assertThat(node.leftOf(KEY)).isEmpty();
        assertDone(node.driver().unstage(TestedNode.unstage(DATA)));
        assertNothingIsLeft();
    }
}
