package storage.dispersive.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.VolumeRecord.Attachment;
import storage.dispersive.cli.state.VolumeRecord.Phase;
import storage.dispersive.engine.EngineReport;

class StatusTextTest {

    private static SanStatus.Volume volume(Phase phase, int podsThatMayStillFail) {
        return volume(phase, podsThatMayStillFail, null);
    }

    private static SanStatus.Volume volume(
            Phase phase, int podsThatMayStillFail, @Nullable EngineReport engine) {
        return new SanStatus.Volume(
                "v",
                "0-0",
                1 << 20,
                4,
                2,
                "dispersed",
                phase.name(),
                0,
                new Attachment(Face.NBD, "2026-01-01T00:00:00Z"),
                0,
                podsThatMayStillFail,
                List.of(),
                engine,
                List.of());
    }

    private static String row(SanStatus.Volume volume) {
        return StatusText.volumes(List.of(volume)).lines().toList().getLast();
    }

    private static String all(SanStatus.Volume volume) {
        return StatusText.of(
                new SanStatus(
                        SanStatus.FORMAT,
                        "/home",
                        NetworkRecord.LOOPBACK,
                        List.of(),
                        List.of(volume)));
    }

    @Test
    void aVolumeSaysHowManyPodsMayStillFail() {
        assertThat(row(volume(Phase.READY, 2))).endsWith("2 pods");
        assertThat(row(volume(Phase.READY, 1))).endsWith("1 pod");
        assertThat(row(volume(Phase.READY, -1))).endsWith("1 too few");
    }

    @Test
    void aVolumeThatIsNotThereYetPromisesNothing() {
        assertThat(row(volume(Phase.CREATING, 0))).contains("CREATING").endsWith("-");
        assertThat(all(volume(Phase.CREATING, 0)))
                .contains("not there yet", "'dispersive volume delete v'")
                .doesNotContain("SLOT");
    }

    @Test
    void aVolumeThatIsDeletedInPartSaysWhatFinishesIt() {
        assertThat(row(volume(Phase.DELETING, 0))).contains("DELETING").endsWith("-");
        assertThat(all(volume(Phase.DELETING, 0)))
                .contains("'dispersive volume delete v' finishes it");
    }

    @Test
    void aNetworkThatLeadsToMorePodsThanMayBeMissingIsNamed() {
        assertThat(all(volume(Phase.READY, 2, reachedBy("a", "a", "a", "b", "b", "c"))))
                .contains("note: a leads to 3 pods, of which 2 may be missing")
                .doesNotContain("b leads to");
        assertThat(all(volume(Phase.READY, 2, reachedBy("a", "a", "b", "b", "c", "c"))))
                .doesNotContain("leads to");
    }

    /** An engine that reaches the pod of each slot by this path, for writing and reading. */
    private static EngineReport reachedBy(String... paths) {
        List<EngineReport.Connection> connections = new ArrayList<>();
        for (int slot = 0; slot < paths.length; slot++) {
            var machine =
                    new EngineReport.Machine(
                            slot, paths[slot], "h:1", "t:1", "10.0.0.0", 1450, "l" + slot);
            for (String session : List.of("WRITE", "READ")) {
                connections.add(
                        new EngineReport.Connection(
                                slot,
                                "pod-" + slot,
                                session,
                                "Isolated",
                                "p:1",
                                "OPEN",
                                0,
                                0,
                                0,
                                machine));
            }
        }
        return new EngineReport(
                "v",
                1,
                "SERVING",
                "",
                "1.1",
                "nbd",
                "",
                0,
                0,
                2,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                connections,
                new EngineReport.Backends("a", "b", "c"));
    }
}
