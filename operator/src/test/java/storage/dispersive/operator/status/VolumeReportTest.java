package storage.dispersive.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.pods.ClaimSize;
import storage.dispersive.operator.status.VolumeFindings.Founding;

class VolumeReportTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static DispersiveVolume volume(int data, int redundancy) {
        return Serialization.unmarshal(
                """
                metadata: {name: v, namespace: n, generation: 3}
                spec:
                  size: 1000001
                  dispersal: {data: %d, redundancy: %d}
                  network: {isolation: Isolated}
                """
                        .formatted(data, redundancy),
                DispersiveVolume.class);
    }

    private static Portion portion(
            int index, String domain, Portion.State state, @Nullable String bytes) {
        return new Portion(
                index,
                "dv-v-" + index,
                "10.0.0.1",
                domain,
                domain,
                state,
                "0123456789abcdef",
                1L,
                bytes == null ? null : new Quantity(bytes));
    }

    /** Of which some are lost, and all of which are in these domains. */
    private static List<Portion> portions(int lost, String... domains) {
        List<Portion> portions = new ArrayList<>();
        for (String domain : domains) {
            int index = portions.size();
            Portion.State state = index < lost ? Portion.State.WIPED : Portion.State.SERVING;
            portions.add(portion(index, domain, state, "4096"));
        }
        return portions;
    }

    private static VolumeFindings found(
            DispersiveVolume volume, List<Portion> portions, Growth growth) {
        return new VolumeFindings(
                volume,
                portions,
                Founding.DONE,
                Optional.empty(),
                growth,
                Optional.of(new ClaimSize(1 << 20)),
                Optional.empty(),
                Optional.empty());
    }

    private static DispersiveVolumeStatus report(
            VolumeFindings found, DispersiveVolumeStatus before) {
        return new VolumeReport(found, NOW).after(before);
    }

    private static Condition condition(VolumeFindings found, String type) {
        return Objects.requireNonNull(report(found, DispersiveVolumeStatus.NONE).conditions())
                .stream()
                .filter(it -> it.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSizeIsRoundedUpToBlocksAndBytesAreAdded() {
        DispersiveVolumeStatus status =
                report(
                        found(volume(2, 1), portions(0, "a", "b", "c"), Growth.DONE),
                        DispersiveVolumeStatus.NONE);
        assertThat(status.capacity()).isEqualTo(new Quantity("1003520"));
        assertThat(status.used()).isEqualTo(new Quantity("12Ki"));
        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.mayBeMissing()).isEqualTo(1);
    }

    @Test
    void nothingChangesWhenTheSameIsFoundLater() {
        VolumeFindings found = found(volume(2, 1), portions(0, "a", "b", "c"), Growth.DONE);
        DispersiveVolumeStatus before = report(found, DispersiveVolumeStatus.NONE);
        assertThat(new VolumeReport(found, NOW.plusSeconds(3600)).after(before)).isEqualTo(before);
    }

    @Test
    void whatIsPromisedStaysUntilThereIsRoomForMore() {
        VolumeFindings done = found(volume(2, 1), portions(0, "a", "b", "c"), Growth.DONE);
        DispersiveVolumeStatus before = report(done, DispersiveVolumeStatus.NONE);
        DispersiveVolume larger = volume(2, 1);
        larger.setSpec(
                Serialization.unmarshal(
                                """
                                spec:
                                  size: 1Gi
                                  dispersal: {data: 2, redundancy: 1}
                                  network: {isolation: Isolated}
                                """,
                                DispersiveVolume.class)
                        .getSpec());
        for (Growth.State state : Growth.State.values()) {
            DispersiveVolumeStatus after =
                    report(found(larger, done.portions(), new Growth(state, "so")), before);
            assertThat(after.capacity())
                    .isEqualTo(new Quantity(state == Growth.State.DONE ? "1Gi" : "1003520"));
        }
    }

    @Test
    void aVolumeThatCannotBeWrittenWithAllItsRedundancyMissingIsToldSo() {
        VolumeFindings narrow = found(volume(1, 2), portions(0, "a", "b", "c"), Growth.DONE);
        assertThat(condition(narrow, "Tolerant").status()).isEqualTo(Truth.FALSE);
        assertThat(condition(narrow, "Tolerant").message())
                .contains("writes with 0 only", "needs 3 storage pods");
        assertThat(narrow.mayBeMissing()).isZero();
        VolumeFindings even = found(volume(2, 2), portions(0, "a", "b", "c", "d"), Growth.DONE);
        assertThat(condition(even, "Tolerant").reason()).isEqualTo("WritesStopSooner");
        VolumeFindings wide =
                found(volume(3, 2), portions(0, "a", "b", "c", "d", "e"), Growth.DONE);
        assertThat(condition(wide, "Tolerant").status()).isEqualTo(Truth.TRUE);
    }

    @Test
    void moreInADomainThanMayBeLostIsNoSpread() {
        assertThat(
                        condition(
                                found(volume(2, 1), portions(0, "a", "a", "b"), Growth.DONE),
                                "Spread"))
                .returns(Truth.FALSE, Condition::status)
                .satisfies(it -> assertThat(it.message()).contains("a (2)", "add nodes"));
        assertThat(
                        condition(
                                found(volume(2, 2), portions(0, "a", "a", "b", "b"), Growth.DONE),
                                "Spread"))
                .returns(Truth.TRUE, Condition::status);
        assertThat(condition(found(volume(2, 1), portions(0, "a", "b"), Growth.DONE), "Spread"))
                .returns(Truth.UNKNOWN, Condition::status);
    }

    @Test
    void lostPortionsAreToldAndEndInTooFewPods() {
        VolumeFindings hurt = found(volume(2, 1), portions(1, "a", "b", "c"), Growth.DONE);
        assertThat(condition(hurt, "Degraded").reason()).isEqualTo("PortionsLost");
        assertThat(condition(hurt, "Degraded").message()).contains("dv-v-0 (lost its disk)");
        assertThat(condition(hurt, "Ready").status()).isEqualTo(Truth.TRUE);
        VolumeFindings dead = found(volume(2, 1), portions(2, "a", "b", "c"), Growth.DONE);
        assertThat(condition(dead, "Ready").reason()).isEqualTo("TooFewPods");
    }
}
