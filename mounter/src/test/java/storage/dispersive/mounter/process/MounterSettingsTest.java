package storage.dispersive.mounter.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.linux.UserId;

/** The process's arguments. */
class MounterSettingsTest {

    private static final String NEEDED = "state=/s root=/k socket=/m keeper=/d";

    private static MounterSettings parse(String arguments) {
        return MounterSettings.parse(arguments.strip().split(" "));
    }

    @Test
    void allSettingsAreRead() {
        MounterSettings settings =
                parse(
                        NEEDED
                                + " root=/l user=1 user=2 keeper-user=3 other-keeper=/o"
                                + " other-keeper=/p group=4");
        assertThat(settings.local().roots()).containsExactly(Path.of("/k"), Path.of("/l"));
        assertThat(settings.local().otherKeepers()).containsExactly(Path.of("/o"), Path.of("/p"));
        assertThat(settings.users()).containsExactlyInAnyOrder(new UserId(1), new UserId(2));
        assertThat(settings.keeperUsers()).containsExactly(new UserId(3));
        assertThat(settings.group()).isEqualTo(OptionalInt.of(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "state=/t", "user=root", "group=-1", "other-keeper=x", "roots=/k"})
    void whatIsWrongIsSaid(String more) {
        String arguments = more.isEmpty() ? "state=/s socket=/m keeper=/d" : NEEDED + " " + more;
        assertThatIllegalArgumentException().isThrownBy(() -> parse(arguments));
    }
}
