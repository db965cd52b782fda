package storage.dispersive.operator.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.operator.founding.Founding;
import storage.dispersive.operator.founding.FoundingInStatus;
import storage.dispersive.operator.founding.FoundingRecord.Snapshot;
import storage.dispersive.operator.founding.FoundingRecord.Written;
import storage.dispersive.operator.founding.PodNames;
import storage.dispersive.portion.VolumeId;

class FoundingInResourceTest {

    private static final String NAMESPACE = "volumes";

    private DispersiveVolumeStatus stored = DispersiveVolumeStatus.NONE;

    private DispersiveVolume change(UnaryOperator<DispersiveVolumeStatus> change) {
        stored = change.apply(stored);
        return volume(stored);
    }

    private static DispersiveVolume volume(DispersiveVolumeStatus status) {
        DispersiveVolume volume = new DispersiveVolume();
        volume.setMetadata(
                new ObjectMetaBuilder()
                        .withName("v")
                        .withNamespace(NAMESPACE)
                        .withResourceVersion("1")
                        .build());
        volume.setStatus(status);
        return volume;
    }

    private static Founding attempt() {
        return new Founding.Attempted(
                VolumeId.of(UUID.randomUUID()), List.of(PodNames.of("dv-v-0", NAMESPACE)));
    }

    @Test
    void whatWasWrittenIsSeenAndRead() {
        var record = new FoundingInResource(volume(stored), this::change);
        Founding next = attempt();
        Snapshot before = record.read().orElseThrow();
        assertThat(record.compareAndSet(before, next)).isEqualTo(Written.DONE);
        assertThat(record.read().orElseThrow().founding()).isEqualTo(next);
        assertThat(record.seen())
                .hasValueSatisfying(it -> assertThat(it.getStatus()).isEqualTo(stored));
    }

    /** Who takes an old resource for what is recorded says that the volume is not founded. */
    @Test
    void whatSomebodyElseWroteIsReadButNoOldResourceIsSeen() {
        var record = new FoundingInResource(volume(stored), this::change);
        Snapshot before = record.read().orElseThrow();
        Founding others = attempt();
        stored = FoundingInStatus.write(stored, others, NAMESPACE);
        assertThat(record.compareAndSet(before, attempt())).isEqualTo(Written.CHANGED);
        assertThat(record.read().orElseThrow().founding()).isEqualTo(others);
        assertThat(record.seen()).isEmpty();
    }
}
