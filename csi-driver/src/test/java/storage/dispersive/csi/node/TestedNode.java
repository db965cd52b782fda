package storage.dispersive.csi.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import storage.dispersive.csi.node.NodeVolumes.NodeInfo;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.UnpublishRequest;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.node.NodeVolumes.Writing;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.VolumeKey;

/** A node's driver over engines, a mounter and a cluster in memory. One thread at a time. */
final class TestedNode {

    static final Capability EXT4 = mounted(Face.FilesystemType.EXT4);
    static final Capability BLOCK = new Capability(new Face.Block(), AccessMode.SINGLE_NODE_WRITER);

    final Mishaps mishaps = new Mishaps();
    final FakePods pods = new FakePods();
    final FakeCluster cluster = new FakeCluster(pods, mishaps);
    final FakeKernel kernel = new FakeKernel();
    final FakeEngines engines = new FakeEngines(kernel, pods, mishaps);
    final FakeMounter mounter = new FakeMounter(kernel, engines, pods, mishaps);

    private final Path directory;
    private ServedVolumes driver;

    /** With a directory for what is staged. */
    TestedNode(Path directory) {
        this.directory = directory;
        this.driver = start();
        cluster.check(this::leftOf);
    }

    static Capability mounted(Face.FilesystemType type, String... flags) {
        return new Capability(
                new Face.Mounted(type, List.of(flags)), AccessMode.SINGLE_NODE_WRITER);
    }

    static Capability with(AccessMode mode) {
        return new Capability(EXT4.face(), mode);
    }

    static VolumeHandle handle(String name) {
        return new VolumeHandle("default", name);
    }

    static StagingPath staging(VolumeHandle volume) {
        return new StagingPath(Path.of("/kubelet/staging", volume.name()));
    }

    static TargetPath target(VolumeHandle volume, int pod) {
        return new TargetPath(Path.of("/kubelet/pods/" + pod, volume.name()));
    }

    private ServedVolumes start() {
        return new ServedVolumes(
                new NodeTools(engines, mounter, cluster, cluster, cluster, records()),
                new NodeInfo("here", 0, Map.of()));
    }

    StageRecords records() {
        try {
            return new StageRecords(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServedVolumes driver() {
        return driver;
    }

    /** Another process after the one that died. */
    void restartDriver() {
        driver = start();
    }

    void reboot() {
        kernel.reboot();
        engines.restartWithoutDescriptors();
        restartDriver();
    }

    StageRequest stage(VolumeHandle volume, Attachment attachment, Capability capability) {
        return new StageRequest(volume, staging(volume), capability, attachment, Map.of());
    }

    /** In the attachment that the cluster knows. */
    StageRequest stage(VolumeHandle volume) {
        return stage(volume, new Attachment(cluster.of(volume).holding.generation()), EXT4);
    }

    static PublishRequest publish(VolumeHandle volume, int pod, Capability capability) {
        return new PublishRequest(
                volume, staging(volume), target(volume, pod), capability, Writing.READ_WRITE);
    }

    static UnpublishRequest unpublish(VolumeHandle volume, int pod) {
        return new UnpublishRequest(volume, target(volume, pod));
    }

    static UnstageRequest unstage(VolumeHandle volume) {
        return new UnstageRequest(volume, staging(volume));
    }

    /** What could still write to a volume, or shows it. */
    List<String> leftOf(VolumeKey key) {
        List<String> left = new ArrayList<>(kernel.leftOf(key));
        engines.report(key).ifPresent(it -> left.add("an engine of " + key));
        return left;
    }
}
