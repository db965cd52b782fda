package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodOrderTest {

    @TempDir Path directory;

    @Test
    void aPodThatCameLaterIsNewerAlsoWhenTheOlderIsStartedAgain() throws IOException {
        new PodOrder(directory).arrive("old");
        new PodOrder(directory).arrive("new");
        PodOrder order = new PodOrder(directory);
        order.arrive("old");
        assertThat(order.isAfter("new", "old")).isTrue();
        assertThat(order.isAfter("old", "new")).isFalse();
        assertThat(order.isAfter("old", "old")).isFalse();
    }

    @Test
    void whoServedLastIsKnownToLaterProcesses() throws IOException {
        assertThat(new PodOrder(directory).holder()).isEmpty();
        new PodOrder(directory).hold("one");
        new PodOrder(directory).hold("two");
        assertThat(new PodOrder(directory).holder()).contains("two");
    }

    @Test
    void podsThatAreLongGoneAreForgottenAndOlderThanAll() throws IOException {
        PodOrder order = new PodOrder(directory);
        for (int number = 0; number < 40; number++) {
            order.arrive("pod-" + number);
        }
        assertThat(order.isAfter("pod-39", "pod-0")).isTrue();
        assertThat(order.isAfter("pod-0", "pod-39")).isFalse();
        assertThat(order.isAfter("pod-0", "pod-1")).isFalse();
    }
}
