package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Map;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.VolumeCreation;
import storage.dispersive.cli.san.VolumeDescriber;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.linux.MountTable;

/** A volume of a local SAN that a node's pod serves: mounted, and perhaps a loop device. */
final class HostedDisk implements AutoCloseable {

    static final long GENERATION = 5;

    private static final long PATIENCE_MILLIS = 60_000;

    private final TriedSan san;
    private final String name;
    private final Isolation isolation;
    private final String id;
    private final FuseMount mount;
    private boolean hasDevice;

    private HostedDisk(TriedSan san, String name, Isolation isolation, String id, FuseMount mount) {
        this.san = san;
        this.name = name;
        this.isolation = isolation;
        this.id = id;
        this.mount = mount;
    }

    /** Creates the volume, mounts it, has it served, and waits until it is. */
    static HostedDisk serve(
            TriedSan san, NodePod pod, String name, Isolation isolation, long sizeBytes)
            throws IOException {
        LocalSan local = LocalSan.open(new SanHome(san.home()));
        String id =
                local.creation()
                        .create(
                                new VolumeCreation.Request(
                                        name, sizeBytes, 4, 2, new KeySource.Dispersed()),
                                _ -> {})
                        .id();
        Path directory = Files.createDirectory(san.home().resolve("mnt-" + name));
        FuseMount.Opened opened = FuseMount.mount(directory, name, FuseMount.Access.MOUNTER_ONLY);
        HostedDisk disk = new HostedDisk(san, name, isolation, id, opened.mount());
        try (var descriptor = opened.descriptor()) {
            pod.deposit(name, descriptor);
        }
        try {
            disk.attach(pod);
        } catch (IOException | AssertionError e) {
            disk.close();
            throw e;
        }
        return disk;
    }

    private void attach(NodePod pod) throws IOException {
        report(pod.ask(attachment()));
        VolumeReport report = awaitSettled(pod);
        if (report.state() != VolumeState.SERVING) {
            throw new AssertionError(report.toString());
        }
    }

    /** What asks for it. */
    EngineRequest.Attach attachment() throws IOException {
        SanHome home = new SanHome(san.home());
        Map<String, Object> description =
                VolumeDescriber.describe(home, name, isolation, GENERATION);
        description.put("identity", identity(new Identities(home, Clock.systemUTC())).toString());
        return new EngineRequest.Attach(Json.line(description), name);
    }

    /** As a Secret is mounted for the engine process. */
    private Path identity(Identities identities) throws IOException {
        Path directory = Files.createDirectories(san.home().resolve("identity-" + name));
        String owner = "volume-" + id;
        copy(identities.certificate(owner), directory.resolve("tls.crt"));
        copy(identities.key(owner), directory.resolve("tls.key"));
        copy(identities.authorityCertificate(), directory.resolve("ca.crt"));
        return directory;
    }

    private static void copy(Path file, Path to) throws IOException {
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        NodePod.giveToUser(to);
    }

    VolumeReport awaitSettled(NodePod pod) throws IOException {
        return report(pod.ask(new EngineRequest.Await(id, PATIENCE_MILLIS)));
    }

    VolumeReport status(NodePod pod) throws IOException {
        return report(pod.ask(new EngineRequest.Status(id)));
    }

    static VolumeReport report(EngineAnswer answer) {
        if (answer instanceof EngineAnswer.Volume volume) {
            return volume.report();
        }
        throw new AssertionError(answer.toString());
    }

    String id() {
        return id;
    }

    FuseMount mount() {
        return mount;
    }

    /** A loop device on it, attached at first. */
    LoopDevice device() throws IOException {
        if (hasDevice) {
            return LoopDevice.find(mount, FuseSession.DISK_NAME).orElseThrow();
        }
        hasDevice = true;
        return LoopDevice.attach(mount, FuseSession.DISK_NAME, SectorSize.BYTES_4096).device();
    }

    /** Takes all away, also what nobody serves. */
    @Override
    public void close() throws IOException {
        mount.abort();
        if (hasDevice) {
            device().detach();
        }
        if (MountTable.find(mount.directory()).isPresent()) {
            mount.unmount(FuseMount.Unmount.LAZY);
        }
    }
}
