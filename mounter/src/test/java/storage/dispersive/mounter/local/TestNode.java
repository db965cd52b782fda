package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.MountTable;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;

/**
 * A node of its own beneath a temporary directory: a mounter, its keeper, and an engine in this
 * process that serves disks from memory. Taken down also after a failure; then nothing may be left.
 */
final class TestNode implements AutoCloseable {

    static final long MIB = 1L << 20;

    /** Enough for both file systems. */
    static final long SIZE = 512 * MIB;

    private static final FuseSettings SERVING = new FuseSettings(1, 8, 1 << 20, 2_000);
    private static final Duration STATS_LIMIT = Duration.ofMillis(700);

    final Path directory;
    final Path state;
    final Path kubelet;
    final Path keeperSocket;
    private final Map<VolumeKey, FuseSession> sessions = new HashMap<>();
    private final Map<VolumeKey, SparseDisk> disks = new HashMap<>();
    private DescriptorKeeper keeper;
    private LocalMounter mounter;

    private TestNode(Path directory) throws IOException {
        this.directory = directory;
        state = directory.resolve("state");
        kubelet = Files.createDirectory(directory.resolve("kubelet"));
        keeperSocket = directory.resolve("keeper");
        keeper = DescriptorKeeper.start(keeperSocket);
        mounter = LocalMounter.open(settings(List.of()));
    }

    static TestNode start() throws IOException {
        boolean able =
                UserId.effective().isRoot()
                        && Files.exists(FuseMount.DEVICE)
                        && Files.exists(Path.of("/dev/loop-control"));
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, /dev/fuse and /dev/loop-control");
        }
        return new TestNode(Files.createTempDirectory("mounter-test-").toRealPath());
    }

    private LocalSettings settings(List<Path> others) {
        return new LocalSettings(state, List.of(kubelet), keeperSocket, others, STATS_LIMIT);
    }

    LocalMounter mounter() {
        return mounter;
    }

    Path keeperSocket() {
        return keeperSocket;
    }

    /** The mounter and all that it held are gone; a new one begins. */
    LocalMounter restartMounter(List<Path> otherKeepers) throws IOException {
        mounter.close();
        keeper.close();
        keeper = DescriptorKeeper.start(keeperSocket);
        mounter = LocalMounter.open(settings(otherKeepers));
        return mounter;
    }

    static VolumeKey volume(String name) {
        return new VolumeKey(name);
    }

    Descriptor fetch(VolumeKey volume) throws IOException {
        return new KeeperClient(keeperSocket)
                .fetch(new DescriptorName(volume.value()))
                .orElseThrow();
    }

    /** As an engine does: gets the descriptor and serves. */
    SparseDisk serve(VolumeKey volume, SparseDisk disk) throws IOException {
        sessions.put(volume, FuseSession.serve(fetch(volume), disk, SERVING));
        disks.put(volume, disk);
        return disk;
    }

    SparseDisk disk(VolumeKey volume) {
        return Objects.requireNonNull(disks.get(volume));
    }

    FuseSession session(VolumeKey volume) {
        return Objects.requireNonNull(sessions.get(volume));
    }

    /** The engine dies, and gives its descriptor back. */
    void stopServing(VolumeKey volume) {
        session(volume).close();
        sessions.remove(volume);
    }

    /** Nobody has the descriptor any more: the connection dies. */
    void loseConnection(VolumeKey volume) throws IOException {
        stopServing(volume);
        new KeeperClient(keeperSocket).forget(new DescriptorName(volume.value()));
    }

    /** Opened, served and attached. */
    SparseDisk attach(VolumeKey volume) throws IOException {
        return attach(volume, new SparseDisk(SIZE));
    }

    SparseDisk attach(VolumeKey volume, SparseDisk disk) throws IOException {
        mounter.openDisk(volume);
        serve(volume, disk);
        mounter.attachLoop(volume);
        return disk;
    }

    BlockDisk device(VolumeKey volume) throws IOException {
        return mounter.attachLoop(volume);
    }

    void format(VolumeKey volume, FileSystemType type) throws IOException {
        FormatOutcome outcome = mounter.format(new FormatRequest(volume, type, FormatState.BEGUN));
        assertThat(outcome).isInstanceOf(FormatOutcome.Formatted.class);
    }

    StageRequest stageRequest(VolumeKey volume, FileSystemType type, String... options)
            throws IOException {
        return new StageRequest(
                volume,
                staging(volume),
                type,
                FormatState.DONE,
                Lineage.ORIGINAL,
                Access.READ_WRITE,
                List.of(options));
    }

    StagingPath staging(VolumeKey volume) throws IOException {
        return new StagingPath(
                Files.createDirectories(kubelet.resolve("plugins").resolve(volume.value())));
    }

    TargetPath target(String name) throws IOException {
        return new TargetPath(Files.createDirectories(kubelet.resolve("pods")).resolve(name));
    }

    /** Attached, formatted and mounted. */
    StagingPath stage(VolumeKey volume, FileSystemType type) throws IOException {
        attach(volume);
        format(volume, type);
        assertThat(mounter.mountFileSystem(stageRequest(volume, type)))
                .isInstanceOf(MountOutcome.Mounted.class);
        return staging(volume);
    }

    List<MountTable.Entry> mounts() throws IOException {
        return MountTable.entries().stream()
                .filter(entry -> entry.directory().startsWith(directory))
                .toList();
    }

    boolean isMounted(Path path) throws IOException {
        return MountTable.find(path).isPresent();
    }

    /** Loop devices of disks of this node. */
    List<String> loops() throws IOException {
        List<String> loops = new ArrayList<>();
        try (Stream<Path> devices = Files.list(Path.of("/sys/block"))) {
            for (Path device : devices.toList()) {
                Path backing = device.resolve("loop/backing_file");
                if (Files.exists(backing)
                        && Files.readString(backing).startsWith(directory.toString())) {
                    loops.add(device.getFileName().toString());
                }
            }
        }
        return loops;
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(
                            process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        disks.values().forEach(disk -> disk.be(SparseDisk.Mood.WELL));
        for (Survey.Disk disk : mounter.survey().disks()) {
            mounter.abandonDisk(disk.volume());
        }
        sessions.values().forEach(FuseSession::close);
        // What a test mounted by itself.
        for (MountTable.Entry entry : mounts().reversed()) {
            MountTable.unmount(entry.directory(), MountTable.MNT_DETACH);
        }
        mounter.close();
        keeper.close();
        assertThat(mounts()).isEmpty();
        assertThat(loops()).isEmpty();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        assertThat(Set.of(directory)).noneMatch(Files::exists);
    }
}
