package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.linux.UserId;

class HostSettingsTest {

    private static final List<String> NEEDED =
            List.of("socket=/a", "state=/b", "keeper=/c", "pod=p-1");

    @Test
    void whatIsNotGivenIsAsUsual() {
        HostSettings settings = HostSettings.parse(NEEDED.toArray(String[]::new));
        assertThat(settings.socket()).isEqualTo(Path.of("/a"));
        assertThat(settings.secondKeeper()).isEmpty();
        assertThat(settings.users()).isEmpty();
        assertThat(settings.slots()).isEqualTo(48);
        assertThat(settings.openers()).isEqualTo(8);
        assertThat(settings.graceSeconds()).isEqualTo(300);
    }

    @Test
    void usersAreListedWithCommas() {
        List<String> given = new ArrayList<>(NEEDED);
        given.add("user=65532,7");
        assertThat(HostSettings.parse(given.toArray(String[]::new)).users())
                .containsExactlyInAnyOrder(new UserId(65_532), new UserId(7));
    }

    @ParameterizedTest
    @CsvSource({
        "pods=x, is no setting",
        "pod, is no setting",
        "pod=x, given twice",
        "slots=0, not between 1 and",
        "slots=many, is no number",
        "user=-1, not between",
    })
    void aMistakeIsNamed(String mistake, String error) {
        List<String> given = new ArrayList<>(NEEDED);
        given.add(mistake);
        assertThatThrownBy(() -> HostSettings.parse(given.toArray(String[]::new)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(error);
    }

    @Test
    void whatMustBeGivenIsNamed() {
        assertThatThrownBy(() -> HostSettings.parse("socket=/a"))
                .hasMessageContaining("state= is missing");
    }
}
