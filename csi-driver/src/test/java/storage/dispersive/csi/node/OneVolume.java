package storage.dispersive.csi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.node.FakeCluster.Resource;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.VolumeKey;

/** A volume that is attached to a node, and what is done with it there. */
abstract class OneVolume {

    static final VolumeHandle DATA = TestedNode.handle("data");
    static final VolumeKey KEY = new VolumeKey("data-1");
    static final ByteSize LARGER = new ByteSize(8 << 20);

    TestedNode node;
    Resource resource;

    @BeforeEach
    void attach(@TempDir Path directory) {
        node = new TestedNode(directory);
        resource = node.cluster.create(DATA, KEY);
        node.cluster.attach(DATA);
    }

    void stage() {
        assertDone(node.driver().stage(node.stage(DATA)));
    }

    void publish(int pod) {
        assertDone(node.driver().publish(TestedNode.publish(DATA, pod, TestedNode.EXT4)));
    }

    void stageAndPublish() {
        stage();
        publish(1);
    }

    static void assertDone(Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    static void assertRefused(Outcome<?> outcome, Class<? extends Refusal> why) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why()).isInstanceOf(why));
    }

    boolean isMounted(Path path) {
        return node.kernel.top(path).filter(it -> KEY.equals(it.key())).isPresent();
    }

    boolean isPublished(int pod) {
        return isMounted(TestedNode.target(DATA, pod).path());
    }

    void assertNothingIsLeft() {
        assertThat(node.leftOf(KEY)).isEmpty();
        assertThat(node.kernel.targets).isEmpty();
        assertThat(node.records().all()).isEmpty();
        assertThat(node.cluster.lies()).isEmpty();
        assertThat(node.pods.losses()).isEmpty();
    }
}
