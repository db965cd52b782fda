package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.san.PortionSurvey.Portion;
import storage.dispersive.cli.san.PortionSurvey.State;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;

class WipeRuleTest {

    private static final VolumeRecord VOLUME =
            VolumeRecord.creating(
                    "v", new VolumeId(1, 2), 1 << 20, new Code(4, 2), new KeySource.Dispersed());

    private static List<Portion> portions(State... states) {
        List<Portion> portions = new ArrayList<>();
        for (int slot = 0; slot < states.length; slot++) {
            portions.add(new Portion(slot, "pod-" + slot, states[slot], 0, 0, ""));
        }
        return portions;
    }

    private static void allows(String pod, State... states) {
        assertThatCode(() -> WipeRule.check(pod, VOLUME, portions(states)))
                .doesNotThrowAnyException();
    }

    private static void refuses(String pod, State... states) {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> WipeRule.check(pod, VOLUME, portions(states)))
                .withMessageContaining("wiping " + pod + " would destroy volume 'v'")
                .satisfies(e -> assertThat(e.hint()).contains("--force"));
    }

    @Test
    void mPodsMayBeWiped() {
        allows("pod-0", State.HELD, State.HELD, State.HELD, State.HELD, State.HELD, State.HELD);
        allows("pod-0", State.HELD, State.WIPED, State.HELD, State.HELD, State.HELD, State.HELD);
    }

    @Test
    void theNextOneIsRefused() {
        refuses("pod-0", State.HELD, State.WIPED, State.WIPED, State.HELD, State.HELD, State.HELD);
    }

    @Test
    void aPodThatDoesNotAnswerCountsAsMissing() {
        refuses("pod-0", State.HELD, State.WIPED, State.DOWN, State.HELD, State.HELD, State.HELD);
        refuses("pod-0", State.HELD, State.DOWN, State.DOWN, State.HELD, State.HELD, State.HELD);
    }

    @Test
    void aPodThatIsDownStillHoldsWhatWipingWouldDestroy() {
        refuses("pod-0", State.DOWN, State.WIPED, State.WIPED, State.HELD, State.HELD, State.HELD);
        allows("pod-0", State.DOWN, State.WIPED, State.HELD, State.HELD, State.HELD, State.HELD);
    }

    @Test
    void aPodThatIsWipedAlreadyMayBeWipedAgain() {
        allows("pod-0", State.WIPED, State.WIPED, State.HELD, State.HELD, State.HELD, State.HELD);
        allows("pod-0", State.WIPED, State.WIPED, State.WIPED, State.HELD, State.HELD, State.HELD);
    }
}
