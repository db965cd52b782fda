package storage.dispersive.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;

/** What two keepers hold outlives either; any file stands in for a FUSE connection. */
class MountKeepersTest {

    @TempDir Path home;

    private EngineFiles files;
    private Path sidecar;
    private MountKeepers keepers;

    @BeforeEach
    void makeDirectories() throws IOException {
        files = new EngineFiles(home.resolve("volumes/disk/engine-7"));
        Files.createDirectories(files.keeper());
        sidecar = home.resolve("sidecar.sock");
        keepers = new MountKeepers(files, sidecar);
    }

    @Test
    void whatBothHoldIsFoundWhicheverDies() throws Exception {
        DescriptorKeeper own = DescriptorKeeper.start(files.keeperSocket());
        DescriptorKeeper ofSidecar = DescriptorKeeper.start(sidecar);
        try (Descriptor file = file()) {
            keepers.deposit(file);
            assertThat(new KeeperClient(sidecar).list())
                    .containsExactly(new DescriptorName("disk.engine-7"));
            own.close();
            assertFound();
            try (DescriptorKeeper _ = DescriptorKeeper.start(files.keeperSocket())) {
                assertFound();
                keepers.deposit(file);
                ofSidecar.close();
                assertFound();
            }
            assertThat(keepers.fetch()).isEmpty();
        }
    }

    @Test
    void aSidecarThatCameLaterGetsItToo() throws Exception {
        DescriptorKeeper own = DescriptorKeeper.start(files.keeperSocket());
        try (Descriptor file = file()) {
            keepers.deposit(file);
            try (DescriptorKeeper _ = DescriptorKeeper.start(sidecar)) {
                keepers.depositWithSidecar(file);
                own.close();
                assertFound();
                keepers.forget();
                keepers.forget();
                assertThat(keepers.fetch()).isEmpty();
            }
            keepers.forget();
        }
    }

    @Test
    void itsOwnKeeperMustTakeIt() throws Exception {
        try (DescriptorKeeper _ = DescriptorKeeper.start(sidecar);
                Descriptor file = file()) {
            assertThatThrownBy(() -> keepers.deposit(file)).isInstanceOf(IOException.class);
        }
    }

    private static Descriptor file() throws IOException {
        return Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDONLY);
    }

    private void assertFound() throws IOException {
        Optional<Descriptor> found = keepers.fetch();
        assertThat(found).isPresent();
        found.get().close();
    }
}
