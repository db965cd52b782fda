package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply.Presence;
import storage.dispersive.wire.PodRequest;

class VolumeRemovalTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);

    @TempDir private Path directory;
    private RealPods pods;

    @BeforeEach
    void start() throws Exception {
        pods = RealPods.start(3, directory);
        for (int slot = 0; slot < 3; slot++) {
            pods.pod(slot).ask(new PodRequest.Found(VOLUME, slot, new Code(2, 1)));
        }
    }

    @AfterEach
    void stop() {
        pods.close();
    }

    @Test
    void allPodsForgetAndMayBeAskedAgain() {
        VolumeRemoval removal = new VolumeRemoval(pods.line());
        for (int time = 0; time < 2; time++) {
            assertThat(removal.forget(VOLUME, pods.names(), 0))
                    .hasSize(3)
                    .allSatisfy(
                            (pod, outcome) -> assertThat(outcome).isEqualTo(new Forgetting.Gone()));
            assertThat(pods.presences(VOLUME)).containsOnly(Presence.UNKNOWN);
        }
    }

    @Test
    void aPodThatIsDownIsLeft() {
        pods.pod(1).close();
        var outcomes = new VolumeRemoval(pods.line()).forget(VOLUME, pods.names(), 0);
        assertThat(outcomes.get(pods.names().get(0))).isEqualTo(new Forgetting.Gone());
        assertThat(outcomes.get(pods.names().get(1))).isInstanceOf(Forgetting.Left.class);
        assertThat(outcomes.get(pods.names().get(2))).isEqualTo(new Forgetting.Gone());
    }

    @Test
    void whatALaterAttachmentWroteIsKept() {
        for (int slot = 0; slot < 2; slot++) {
            Epoch epoch = new Epoch(7 + slot, 3);
            pods.pod(slot)
                    .ask(
                            new PodRequest.Fence(
                                    VOLUME, pods.pod(slot).incarnation(), epoch, new RunId(1, 2)));
        }
        var outcomes = new VolumeRemoval(pods.line()).forget(VOLUME, pods.names(), 7);
        assertThat(outcomes.get(pods.names().get(0))).isEqualTo(new Forgetting.Gone());
        assertThat(outcomes.get(pods.names().get(1)))
                .isEqualTo(new Forgetting.Left("refused: a higher epoch has fenced"));
        assertThat(pods.presences(VOLUME))
                .containsExactly(Presence.UNKNOWN, Presence.FOUNDED, Presence.UNKNOWN);
    }
}
