package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;

class FoundingInStatusTest {

    private static final String NAMESPACE = "media";
    private static final VolumeId VOLUME = new VolumeId(-5, 7);
    private static final List<PodName> PODS =
            List.of(PodNames.of("dv-photos-0", NAMESPACE), PodNames.of("dv-photos-1", NAMESPACE));
    private static final Founding.Founded FOUNDED =
            new Founding.Founded(
                    VOLUME,
                    List.of(
                            new Member(0, "dv-photos-0.media", new Incarnation(-1), 1),
                            new Member(1, "dv-photos-1.media", new Incarnation(0xabc), 9)));

    /** As a reconciler may have it before anything is founded. */
    private static final DispersiveVolumeStatus BEFORE =
            new DispersiveVolumeStatus(
                    4L,
                    null,
                    null,
                    new Quantity("1Gi"),
                    null,
                    null,
                    2,
                    null,
                    List.of(
                            new Portion(
                                    1,
                                    "dv-photos-1",
                                    null,
                                    "node-b",
                                    "zone-b",
                                    Portion.State.SERVING,
                                    null,
                                    null,
                                    new Quantity("5"))),
                    null,
                    DispersiveVolumeStatus.Format.BEGUN);

    @Test
    void withoutAnIdNobodyHasTried() {
        assertThat(FoundingInStatus.read(null, NAMESPACE)).isEqualTo(new Founding.Untried());
        assertThat(FoundingInStatus.read(BEFORE, NAMESPACE)).isEqualTo(new Founding.Untried());
    }

    @Test
    void whatIsWrittenIsRead() {
        for (Founding founding : List.of(new Founding.Attempted(VOLUME, PODS), FOUNDED)) {
            DispersiveVolumeStatus written = FoundingInStatus.write(BEFORE, founding, NAMESPACE);
            assertThat(FoundingInStatus.read(written, NAMESPACE)).isEqualTo(founding);
            assertThat(
                            FoundingInStatus.read(
                                    FoundingInStatus.write(null, founding, NAMESPACE), NAMESPACE))
                    .isEqualTo(founding);
        }
    }

    @Test
    void theRestOfTheStatusStays() {
        DispersiveVolumeStatus written = FoundingInStatus.write(BEFORE, FOUNDED, NAMESPACE);
        assertThat(written.capacity()).isEqualTo(new Quantity("1Gi"));
        assertThat(written.mayBeMissing()).isEqualTo(2);
        assertThat(Objects.requireNonNull(written.portions()))
                .containsExactly(
                        new Portion(
                                0,
                                "dv-photos-0",
                                null,
                                null,
                                null,
                                Portion.State.PENDING,
                                "ffffffffffffffff",
                                1L,
                                null),
                        new Portion(
                                1,
                                "dv-photos-1",
                                null,
                                "node-b",
                                "zone-b",
                                Portion.State.SERVING,
                                "0000000000000abc",
                                9L,
                                new Quantity("5")));
    }

    @Test
    void aStatusThatAdmitsHalfOfThePortionsIsNobodys() {
        DispersiveVolumeStatus whole = FoundingInStatus.write(BEFORE, FOUNDED, NAMESPACE);
        List<Portion> portions = Objects.requireNonNull(whole.portions());
        DispersiveVolumeStatus half =
                new DispersiveVolumeStatus(
                        null,
                        null,
                        whole.volumeId(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(
                                portions.getFirst(),
                                new Portion(
                                        1,
                                        "dv-photos-1",
                                        null,
                                        null,
                                        null,
                                        Portion.State.SERVING,
                                        null,
                                        null,
                                        null)),
                        null,
                        null);
        assertThatThrownBy(() -> FoundingInStatus.read(half, NAMESPACE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not portion 1");
    }

    @Test
    void podsOfAnotherNamespaceAreRefused() {
        assertThatThrownBy(() -> FoundingInStatus.write(BEFORE, FOUNDED, "other"))
                .hasMessageContaining("no pod of the namespace other");
    }
}
