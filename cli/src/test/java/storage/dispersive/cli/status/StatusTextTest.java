package storage.dispersive.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.VolumeRecord.Attachment;
import storage.dispersive.cli.state.VolumeRecord.Phase;

class StatusTextTest {

    private static SanStatus.Volume volume(Phase phase, int podsThatMayStillFail) {
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
                null,
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
                        NetworkRecord.SHARED,
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
}
