package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import storage.dispersive.cli.engine.ControlClient;
import storage.dispersive.cli.engine.EngineFiles;
import storage.dispersive.cli.engine.FuseAttachment;
import storage.dispersive.cli.engine.MountKeepers;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.lan.Place;
import storage.dispersive.cli.state.Face;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.engine.EngineReport;

/**
 * One attachment of a volume: its engine's process and, for FUSE, the keeper's process, the mount
 * and the loop device. Stateless: it asks the kernel and the engine each time.
 */
public final class EngineProcess {

    private static final String ENGINE_PROGRAM = "storage.dispersive.cli.engine.EngineMain";
    private static final String KEEPER_PROGRAM =
            "storage.dispersive.linux.keeper.DescriptorKeeperMain";
    private static final Duration KEEPER_PATIENCE = Duration.ofSeconds(20);

    /** Longer than an engine waits for requests that are under way. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

    private final SanHome home;
    private final String volume;
    private final EngineFiles files;

    private EngineProcess(SanHome home, String volume, EngineFiles files) {
        this.home = home;
        this.volume = volume;
        this.files = files;
    }

    /** The engine of the record's newest attachment, whether it runs or not. */
    static EngineProcess newest(SanHome home, VolumeRecord record) {
        return new EngineProcess(
                home,
                record.name(),
                new EngineFiles(home.engine(record.name(), record.generation())));
    }

    /** All of which a directory is left, fenced ones too; the oldest first. */
    static List<EngineProcess> all(SanHome home, String volume) {
        try (var entries = Files.list(home.volume(volume))) {
            return entries.filter(path -> path.getFileName().toString().matches("engine-\\d{1,18}"))
                    .sorted((a, b) -> Long.compare(generationOf(a), generationOf(b)))
                    .map(path -> new EngineProcess(home, volume, new EngineFiles(path)))
                    .collect(Collectors.toUnmodifiableList());
        } catch (IOException e) {
            throw new UncheckedIOException("the engines of " + volume + " cannot be listed", e);
        }
    }

    private static long generationOf(Path directory) {
        return Long.parseLong(directory.getFileName().toString().substring("engine-".length()));
    }

    public long generation() {
        return generationOf(files.directory());
    }

    public Path directory() {
        return files.directory();
    }

    public boolean isAlive() {
        return OwnedProcess.find(files.directory()).isPresent();
    }

    /** What the engine says of itself, if it lives and answers. */
    public Optional<EngineReport> report() {
        if (!isAlive()) {
            return Optional.empty();
        }
        try {
            return Optional.of(control().status());
        } catch (IOException e) {
            // Not listening yet, or ending: both look like no answer to whoever asks.
            return Optional.empty();
        }
    }

    /** For what else an engine is asked; it may be dead. */
    ControlClient control() {
        return new ControlClient(files.controlSocket());
    }

    /**
     * Starts the process, which takes over the mount and device that one before it has left.
     *
     * @param client where it reaches pods from
     */
    void start(Face face, Place client) {
        SanHome.directory(files.directory());
        files.controlSocket();
        if (face == Face.FUSE) {
            makeMountPoint();
            client.call(this::startKeeper);
        }
        client.call(() -> startEngine(face));
    }

    private OwnedProcess startEngine(Face face) {
        return OwnedProcess.startJava(
                files.directory(),
                List.of(
                        "-Xms192m",
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        Distribution.classPath(),
                        ENGINE_PROGRAM,
                        home.root().toString(),
                        volume,
                        Long.toString(generation()),
                        face.toString()));
    }

    /** A mount that nobody serves must not be touched: whoever asks for it waits for an engine. */
    private void makeMountPoint() {
        try {
            if (!new FuseAttachment(files).exists()) {
                SanHome.directory(files.mountPoint());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the mounts cannot be listed", e);
        }
    }

    private OwnedProcess startKeeper() {
        SanHome.directory(files.keeper());
        Path socket = files.keeperSocket();
        Optional<OwnedProcess> living = OwnedProcess.find(files.keeper());
        if (living.isPresent()) {
            return living.get();
        }
        OwnedProcess keeper =
                OwnedProcess.startJava(
                        files.keeper(),
                        List.of(
                                "-Xmx8m",
                                "-Xss256k",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:ReservedCodeCacheSize=4m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                Distribution.classPath(),
                                KEEPER_PROGRAM,
                                socket.toString()));
        OwnedProcess.await(() -> Files.exists(socket) || !keeper.isAlive(), KEEPER_PATIENCE);
        if (!keeper.isAlive() || !Files.exists(socket)) {
            throw SanException.failed(
                    "the keeper of " + volume + "'s descriptor did not start",
                    OwnedProcess.lastWords(files.keeper()));
        }
        return keeper;
    }

    /** Refuses while a file system on the volume's device is mounted. */
    void checkUnused() {
        try {
            List<Path> users = new FuseAttachment(files).mountedOn();
            if (!users.isEmpty()) {
                throw SanException.failed(
                        "volume '" + volume + "' is mounted on " + users.getFirst(),
                        "unmount it first: umount " + users.getFirst());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the mounts cannot be listed", e);
        }
    }

    /** Ends the attachment; refuses while something uses the device. Harmless when it has ended. */
    void end() {
        checkUnused();
        FuseAttachment fuse = new FuseAttachment(files);
        try {
            if (isServing()) {
                fuse.release();
            } else {
                fuse.abandon();
            }
        } catch (IOException e) {
            throw SanException.failed(
                    "volume '" + volume + "' is in use: " + e.getMessage(),
                    "close what has its device open, then detach again",
                    e);
        }
        endProcesses();
    }

    /** Ends the attachment whatever uses it: its users get I/O errors. */
    void abandon() {
        try {
            new FuseAttachment(files).abandon();
        } catch (IOException e) {
            throw SanException.failed(
                    "volume '" + volume + "' cannot be taken away: " + e.getMessage(),
                    "look with 'findmnt' and 'losetup' for what uses it",
                    e);
        } finally {
            endProcesses();
        }
    }

    private boolean isServing() {
        return report().filter(EngineReport::isServing).isPresent();
    }

    private void endProcesses() {
        OwnedProcess.find(files.directory()).ifPresent(p -> p.terminate(STOP_PATIENCE));
        OwnedProcess.find(files.keeper()).ifPresent(p -> p.terminate(STOP_PATIENCE));
        new MountKeepers(files, home.sidecarKeeper(Lan.CLIENT)).forget();
    }

    /** SIGKILL, as a crash would do it; mount and device stay for the next engine. */
    public void kill() {
        OwnedProcess.find(files.directory()).ifPresent(OwnedProcess::kill);
    }

    /** Removes the directory of an attachment that has ended, with its log. */
    void forget() {
        try {
            if (!isAlive() && !new FuseAttachment(files).exists()) {
                FileTree.delete(files.directory());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(files.directory() + " cannot be removed", e);
        }
    }

    String lastWords() {
        return OwnedProcess.lastWords(files.directory());
    }
}
