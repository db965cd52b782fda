package storage.dispersive.csi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.MounterException.Reason;

/** Volumes are taken back, wanted and unwanted, whatever is left of what served them. */
class LeavingTest extends OneVolume {

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
