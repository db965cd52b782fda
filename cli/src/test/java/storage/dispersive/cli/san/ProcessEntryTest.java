package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEntryTest {

    @TempDir private Path directory;

    private ProcessEntry entry;

    @BeforeEach
    void show() throws IOException {
        entry = new ProcessEntry(directory);
        Files.createDirectories(directory.resolve("task/1"));
        arguments("");
        stat("R", 0x40_0000);
    }

    private void arguments(String shown) throws IOException {
        Files.writeString(directory.resolve("cmdline"), shown);
    }

    private void stat(String state, long flags) throws IOException {
        Files.writeString(
                directory.resolve("stat"), "1 (a) b) " + state + " 0 1 1 0 -1 " + flags + " 7\n");
    }

    @Test
    void aProcessShowsItsArguments() throws Exception {
        arguments("java\0-jar\0pod.jar\0");
        assertThat(entry.arguments()).contains("java", "-jar", "pod.jar");
    }

    @Test
    void oneThatIsJustBecomingAProgramIsWaitedFor() throws Exception {
        var looking = CompletableFuture.supplyAsync(() -> entry.arguments());
        Path whole = Files.writeString(directory.resolve("whole"), "java\0");
        Files.move(whole, directory.resolve("cmdline"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(looking.join()).contains("java");
    }

    @Test
    void oneThatBecomesAProgramAgainAndAgainAlwaysShowsWhatAllOfThemShow() throws Exception {
        Path script =
                Files.writeString(
                        directory.resolve("again"),
                        "[ $1 -eq 0 ] || exec /bin/sh \"$0\" $(($1 - 1)) mark\n");
        Process process = new ProcessBuilder("/bin/sh", script.toString(), "3000", "mark").start();
        ProcessEntry again = ProcessEntry.of(process.pid());
        Set<List<String>> shown = new HashSet<>();
        while (process.isAlive()) {
            shown.add(again.arguments());
        }
        // One that has ended shows none.
        shown.remove(List.of());
        assertThat(shown).hasSizeGreaterThan(1).allSatisfy(it -> assertThat(it).contains("mark"));
    }

    @Test
    void oneThatEndedOrIsTheKernelsHasNoArguments() throws Exception {
        stat("Z", 0x40_0000);
        assertThat(entry.arguments()).isEmpty();
        assertThat(entry.isOnlyName()).isTrue();
        stat("S", 0x20_8040);
        assertThat(entry.arguments()).isEmpty();
        assertThat(entry.isOnlyName()).isFalse();
        assertThat(new ProcessEntry(directory.resolve("gone")).arguments()).isEmpty();
        assertThat(new ProcessEntry(directory.resolve("gone")).isOnlyName()).isTrue();
    }
}
