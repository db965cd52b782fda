package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import storage.dispersive.cli.san.EngineProcess;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.engine.EngineReport;

/** An attached volume on a SAN of its own, with the stores in memory if there is room. */
final class TriedVolume implements AutoCloseable {

    static final String NAME = "torture";
    static final long SIZE_BYTES = 2L << 30;
    static final int DATA = 4;
    static final int REDUNDANCY = 2;

    private static final long MEMORY_NEEDED_BYTES = 6L << 30;

    private final TriedSan san;
    private final Path stores;
    private final LocalSan local;
    private final Path device;

    private TriedVolume(TriedSan san, Path stores) {
        this.san = san;
        this.stores = stores;
        this.local = LocalSan.open(new SanHome(san.home()));
        EngineProcess engine = local.engines(local.volumes().get(NAME)).getLast();
        this.device = Path.of(engine.report().orElseThrow().device());
    }

    /** With options of {@code up} for the SAN's network. */
    static TriedVolume attach(String face, String... upOptions) throws IOException {
        TriedSan san = TriedSan.create();
        Path stores = Files.createTempDirectory(roomForStores(), "tried");
        try {
            san.run(up(stores, upOptions)).orFail();
            san.run(create()).orFail();
            san.run("volume", "attach", NAME, "--face", face).orFail();
            return new TriedVolume(san, stores);
        } catch (Throwable e) {
            san.close();
            FileTree.delete(stores);
            throw e;
        }
    }

    private static String[] up(Path stores, String... options) {
        return Stream.concat(Stream.of("up", "--stores", stores.toString()), Stream.of(options))
                .toArray(String[]::new);
    }

    private static String[] create() {
        return "volume create %s --size %d --data %d --redundancy %d"
                .formatted(NAME, SIZE_BYTES, DATA, REDUNDANCY)
                .split(" ");
    }

    private static Path roomForStores() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                        && Files.getFileStore(memory).getUsableSpace() > MEMORY_NEEDED_BYTES
                ? memory
                : Path.of("/tmp");
    }

    TriedSan san() {
        return san;
    }

    LocalSan local() {
        return local;
    }

    /** The engine's own words. */
    EngineReport report() {
        return local.engines(local.volumes().get(NAME))
                .getLast()
                .report()
                .orElseThrow(() -> new AssertionError("the engine of " + NAME + " is silent"));
    }

    Path device() {
        return device;
    }

    Path mountPoint() {
        return san.home().resolve("disk");
    }

    @Override
    public void close() throws IOException {
        san.close();
        FileTree.delete(stores);
    }
}
