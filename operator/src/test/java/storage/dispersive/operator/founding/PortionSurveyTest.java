package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodRequest;

class PortionSurveyTest {

    private static final VolumeId VOLUME = new VolumeId(1, 2);

    @TempDir private Path directory;
    private RealPods pods;

    @BeforeEach
    void start() throws Exception {
        pods = RealPods.start(3, directory);
        pods.pod(0).ask(new PodRequest.Found(VOLUME, 0, new Code(2, 1)));
    }

    @AfterEach
    void stop() {
        pods.close();
    }

    @Test
    void eachPodSaysWhatItHoldsOrIsDown() {
        pods.pod(2).close();
        var holdings = new PortionSurvey(pods.line()).describe(VOLUME, pods.names());
        assertThat(holdings.keySet()).containsExactlyElementsOf(pods.names());
        assertThat(holdings.get(pods.names().get(0)))
                .isInstanceOfSatisfying(
                        Holding.Held.class,
                        held -> {
                            assertThat(held.incarnation()).isEqualTo(pods.pod(0).incarnation());
                            assertThat(held.portions()).isZero();
                            assertThat(held.freeBytes()).isPositive();
                        });
        assertThat(holdings.get(pods.names().get(1)))
                .isInstanceOfSatisfying(
                        Holding.UnknownVolume.class,
                        unknown ->
                                assertThat(unknown.incarnation())
                                        .isEqualTo(pods.pod(1).incarnation()));
        assertThat(holdings.get(pods.names().get(2))).isInstanceOf(Holding.Down.class);
    }

    @Test
    void aPodSaysHowItIsWithoutAVolumeInMind() {
        PodName nowhere = PodNames.of("dv-photos-9", "default");
        var serving =
                new PortionSurvey(pods.line()).describe(List.of(pods.names().get(1), nowhere));
        assertThat(serving.get(pods.names().get(1)))
                .isInstanceOfSatisfying(
                        Serving.Up.class,
                        up -> {
                            assertThat(up.incarnation()).isEqualTo(pods.pod(1).incarnation());
                            assertThat(up.freeBytes()).isPositive();
                        });
        assertThat(serving.get(nowhere)).isEqualTo(new Serving.Down("it has no address yet"));
    }
}
