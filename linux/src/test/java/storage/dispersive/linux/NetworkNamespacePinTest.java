package storage.dispersive.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class NetworkNamespacePinTest {

    @RegisterExtension final RootOnly root = new RootOnly();

    @TempDir Path directory;

    private Path name = Path.of("");

    @BeforeEach
    void chooseName() {
        name = directory.resolve("host");
    }

    @AfterEach
    void takeNameAway() throws IOException {
        NetworkNamespace.unpin(name);
    }

    @Test
    void livesOnUnderItsName() throws IOException {
        String created;
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.pin(name);
            created = namespace.name();
        }
        assertThat(NetworkNamespace.isPinned(name)).isTrue();
        try (NetworkNamespace again = NetworkNamespace.open(name)) {
            assertThat(again.name()).isEqualTo(created);
            assertThat(again.call(() -> NetworkNamespace.ofThisThread().name())).isEqualTo(created);
        }
    }

    @Test
    void leavesNeitherMountNorFileWhenItIsUnpinned() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.pin(name);
        }
        NetworkNamespace.unpin(name);
        assertThat(name).doesNotExist();
        assertThat(MountTable.find(name.toAbsolutePath())).isEmpty();
        NetworkNamespace.unpin(name);
    }

    @Test
    void knowsAnOrdinaryFileFromAName() throws IOException {
        assertThat(NetworkNamespace.isPinned(name)).isFalse();
        Files.createFile(name);
        assertThat(NetworkNamespace.isPinned(name)).isFalse();
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.pin(name);
        }
        assertThat(NetworkNamespace.isPinned(name)).isTrue();
    }

    @Test
    void takesAStaleFileAway() throws IOException {
        Files.createFile(name);
        NetworkNamespace.unpin(name);
        assertThat(name).doesNotExist();
    }

    @Test
    void refusesANameThatIsTaken() throws IOException {
        try (NetworkNamespace first = NetworkNamespace.create();
                NetworkNamespace second = NetworkNamespace.create()) {
            first.pin(name);
            assertThatThrownBy(() -> second.pin(name)).hasMessageContaining("EEXIST");
            try (NetworkNamespace pinned = NetworkNamespace.open(name)) {
                assertThat(pinned.name()).isEqualTo(first.name());
            }
        }
    }

    @Test
    void passesAnInterruptionOnToWorkInside() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            boolean[] clear = {false};
            Thread caller =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    namespace.call(() -> {
                                        inside.countDown();
                                        try {
                                            never.await();
                                        } catch (InterruptedException e) {
                                            throw new IOException("stopped", e);
                                        }
                                        return true;
                                    });
                                } catch (IOException e) {
                                    clear[0] =
                                            "stopped".equals(e.getMessage())
                                                    && !Thread.currentThread().isInterrupted();
                                }
                            });
            inside.await();
            caller.interrupt();
            caller.join();
            assertThat(clear[0]).isTrue();
        }
    }
}
