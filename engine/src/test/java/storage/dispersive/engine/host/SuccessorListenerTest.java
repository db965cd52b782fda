package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;

/** Volumes go to a newer pod that serves them, and come back from one that does not. */
class SuccessorListenerTest {

    private static final DescriptorName NAME = new DescriptorName("disk");

    @TempDir Path directory;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private SuccessorListener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = SuccessorListener.start(directory, new Old());
    }

    @AfterEach
    void close() {
        listener.close();
    }

    /** Has one volume. */
    private final class Old implements SuccessorListener.Old {
        @Override
        public boolean mayGoTo(String pod) {
            return pod.equals("new");
        }

        @Override
        public Map<DescriptorName, Descriptor> letGo() throws IOException {
            heard.add("let go");
            Path file = Files.createTempFile(directory, "disk", "");
            Map<DescriptorName, Descriptor> held = new HashMap<>();
            held.put(NAME, Descriptor.open(file, Descriptor.O_RDWR));
            return held;
        }

        @Override
        public void isReplaced() {
            heard.add("replaced");
        }

        @Override
        public void resume(Map<DescriptorName, Descriptor> held) {
            heard.add("resume with " + held.keySet());
            held.values().forEach(Descriptor::close);
        }
    }

    @Test
    void aNewerPodGetsTheDescriptorsAndTheOldOneHearsThatItServes() throws IOException {
        assertHandsOver();
    }

    private void assertHandsOver() throws IOException {
        Map<DescriptorName, Descriptor> given = new HashMap<>();
        try (HandOver call = HandOver.call(directory)) {
            call.ask("new", given);
            assertThat(given).containsOnlyKeys(NAME);
            assertThat(heard).containsExactly("let go");
            call.ready();
            await().until(() -> heard.contains("replaced"));
        }
        given.values().forEach(Descriptor::close);
    }

    @Test
    void theOldOneGoesOnIfTheNewerEndsBeforeItServes() throws IOException {
        Map<DescriptorName, Descriptor> given = new HashMap<>();
        try (HandOver call = HandOver.call(directory)) {
            call.ask("new", given);
        }
        given.values().forEach(Descriptor::close);
        await().until(() -> heard.size() == 2);
        assertThat(heard).containsExactly("let go", "resume with [disk]");
    }

    @Test
    void anOlderPodIsRefusedAndANewerOneMayStillCome() throws IOException {
        Map<DescriptorName, Descriptor> given = new HashMap<>();
        try (HandOver call = HandOver.call(directory)) {
            assertThatThrownBy(() -> call.ask("older", given)).hasMessageContaining("not newer");
        }
        assertThat(given).isEmpty();
        assertThat(heard).isEmpty();
        assertHandsOver();
    }

    @Test
    void whatIsNoHandOverIsIgnored() throws IOException {
        try (HandOver call = HandOver.call(directory)) {
            call.ready();
        }
        assertThat(heard).isEmpty();
        assertHandsOver();
    }
}
