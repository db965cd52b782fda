package storage.dispersive.csi.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.node.NodeInMemory;
import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.protocol.NodeStageVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnstageVolumeRequest;
import storage.dispersive.csi.protocol.VolumeCapability;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;

class CallsTest {

    @TempDir private Path directory;

    private static final NodeStageVolumeRequest STAGE =
            NodeStageVolumeRequest.newBuilder()
                    .setVolumeId("ours/photos")
                    .setStagingTargetPath("/staging")
                    .setVolumeCapability(
                            VolumeCapability.newBuilder()
                                    .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                                    .setAccessMode(
                                            VolumeCapability.AccessMode.newBuilder()
                                                    .setMode(
                                                            VolumeCapability.AccessMode.Mode
                                                                    .SINGLE_NODE_WRITER)))
                    .putPublishContext("generation", "1")
                    .build();

    @Test
    void aCallerHearsWhyBeforeItsDeadlineEnds() {
        assertThat(Calls.patience(Duration.ofSeconds(100))).isEqualTo(Duration.ofSeconds(99));
        assertThat(Calls.patience(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(900));
        assertThat(Calls.patience(Duration.ofSeconds(-1))).isEqualTo(Duration.ZERO);
        assertThat(Calls.patience(Duration.ofDays(1))).isEqualTo(Duration.ofMinutes(15));
    }

    /** A node that stages when it is let, and counts how often it begins. */
    private static final class Slow implements NodeVolumesOf {

        final CountDownLatch gate = new CountDownLatch(1);
        final AtomicInteger begun = new AtomicInteger();
        private final NodeInMemory node = new NodeInMemory("node-a");

        @Override
        public NodeVolumes rest() {
            return node;
        }

        @Override
        public Outcome<Staged> stage(StageRequest request) {
            begun.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                return Outcome.refused(new Refusal.NotYet("ended"));
            }
            return node.stage(request);
        }
    }

    @Test
    void aStageThatTakesLongerThanItsCallerWaitsGoesOnAndIsJoined() throws IOException {
        Slow slow = new Slow();
        try (TriedDriver driver = new TriedDriver(directory.resolve("csi.sock"), slow)) {
            Status late =
                    TriedDriver.status(() ->
                            driver.node()
                                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                                    .nodeStageVolume(STAGE));
            assertThat(late.getCode()).isEqualTo(Code.UNAVAILABLE);
            assertThat(late.getDescription()).contains("the same call again waits for it");
            Status other =
                    TriedDriver.status(() ->
                            driver.node()
                                    .nodeUnstageVolume(
                                            NodeUnstageVolumeRequest.newBuilder()
                                                    .setVolumeId("ours/photos")
                                                    .setStagingTargetPath("/staging")
                                                    .build()));
            assertThat(other.getCode()).isEqualTo(Code.ABORTED);
            slow.gate.countDown();
            assertThat(TriedDriver.status(() -> driver.node().nodeStageVolume(STAGE)).isOk())
                    .isTrue();
            assertThat(slow.begun.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aFaultIsToldWithItsCallsNumberAndNothingOfWhatItSays() throws IOException {
        NodeVolumesOf faulty =
                new NodeVolumesOf() {
                    @Override
                    public NodeVolumes rest() {
                        return new NodeInMemory("node-a");
                    }

                    @Override
                    public Outcome<Staged> stage(StageRequest request) {
                        throw new IllegalStateException("correct-horse-battery");
                    }
                };
        try (TriedDriver driver = new TriedDriver(directory.resolve("csi.sock"), faulty)) {
            Status status = TriedDriver.status(() -> driver.node().nodeStageVolume(STAGE));
            assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
            assertThat(status.getDescription())
                    .contains("(call 1)")
                    .doesNotContain("correct-horse-battery");
        }
    }
}
