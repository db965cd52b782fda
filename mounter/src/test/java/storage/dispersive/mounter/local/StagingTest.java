package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;

/** Mounting at the staging path, growing there, and unmounting. Needs root. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StagingTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");
    private static final VolumeKey OTHER = TestNode.volume("team-a.other");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    private MountOutcome mount(StageRequest request) throws IOException {
        return node.mounter().mountFileSystem(request);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aFileSystemIsMountedOnceAndKeepsItsFiles(FileSystemType type) throws IOException {
        StagingPath staging = node.stage(VOLUME, type);
        Path file = staging.path().resolve("file");
        Files.writeString(file, "kept");
        assertThat(mount(node.stageRequest(VOLUME, type))).isInstanceOf(MountOutcome.Mounted.class);
        assertThat(node.mounts()).hasSize(2);
        MountTable.Entry entry = MountTable.find(staging.path()).orElseThrow();
        assertThat(entry.type()).isEqualTo(type.kernelName());
        assertThat(entry.options()).contains("nosuid", "nodev", "rw");
        assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(staging.path()).isEmptyDirectory();
        assertThat(mount(node.stageRequest(VOLUME, type))).isInstanceOf(MountOutcome.Mounted.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void whatIsMountedWithOtherOptionsOrFromElsewhereIsLeftAlone() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        assertThat(mount(node.stageRequest(VOLUME, FileSystemType.EXT4, "ro")))
                .isInstanceOf(MountOutcome.MountedElse.class);
        assertThat(mount(node.stageRequest(VOLUME, FileSystemType.EXT4, "noatime")))
                .isInstanceOf(MountOutcome.MountedElse.class);
        node.attach(OTHER);
        node.format(OTHER, FileSystemType.EXT4);
        StageRequest own = node.stageRequest(OTHER, FileSystemType.EXT4);
        StageRequest wrong =
                new StageRequest(
                        OTHER,
                        staging,
                        own.type(),
                        own.state(),
                        own.lineage(),
                        own.access(),
                        List.of());
        assertThat(mount(wrong)).isInstanceOf(MountOutcome.MountedElse.class);
        assertThat(mount(own)).isInstanceOf(MountOutcome.Mounted.class);
    }

    @Test
    void aStaleLayerAtThePathIsClearedFirst() throws IOException {
        StagingPath staging = node.stage(OTHER, FileSystemType.XFS);
        // The other volume's disk dies; its mount stays on what is now this volume's path.
        node.loseConnection(OTHER);
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        StageRequest own = node.stageRequest(VOLUME, FileSystemType.EXT4);
        StageRequest there =
                new StageRequest(
                        VOLUME,
                        staging,
                        own.type(),
                        own.state(),
                        own.lineage(),
                        own.access(),
                        List.of());
        assertThat(mount(there)).isInstanceOf(MountOutcome.Mounted.class);
        assertThat(
                        MountTable.entries().stream()
                                .filter(entry -> entry.directory().equals(staging.path())))
                .singleElement()
                .matches(entry -> entry.type().equals("ext4"));
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aCopyIsMountedBesideItsOriginal(FileSystemType type) throws IOException {
        SparseDisk original = node.attach(VOLUME);
        node.format(VOLUME, type);
        SparseDisk copy = new SparseDisk(TestNode.SIZE);
        original.copyTo(copy);
        node.attach(OTHER, copy);
        mount(node.stageRequest(VOLUME, type));
        StageRequest asOriginal = node.stageRequest(OTHER, type);
        if (type == FileSystemType.XFS) {
            assertThatThrownBy(() -> mount(asOriginal)).isInstanceOf(MounterException.class);
        }
        StageRequest asCopy =
                new StageRequest(
                        OTHER,
                        asOriginal.staging(),
                        type,
                        FormatState.DONE,
                        Lineage.COPY,
                        Access.READ_WRITE,
                        List.of());
        assertThat(mount(asCopy)).isInstanceOf(MountOutcome.Mounted.class);
    }

    @Test
    void nothingIsMountedBeforeItsRecordIsDone() throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        StageRequest done = node.stageRequest(VOLUME, FileSystemType.EXT4);
        StageRequest begun =
                new StageRequest(
                        VOLUME,
                        done.staging(),
                        done.type(),
                        FormatState.BEGUN,
                        done.lineage(),
                        done.access(),
                        List.of());
        assertThatThrownBy(() -> mount(begun)).isInstanceOf(MounterException.class);
        assertThat(node.isMounted(done.staging().path())).isFalse();
    }

    @Test
    void anotherFileSystemThanWasAskedForIsNotMounted() throws IOException {
        node.attach(VOLUME);
        assertThat(mount(node.stageRequest(VOLUME, FileSystemType.XFS)))
                .isInstanceOf(MountOutcome.NotThere.class);
        node.format(VOLUME, FileSystemType.EXT4);
        assertThat(mount(node.stageRequest(VOLUME, FileSystemType.XFS)))
                .isInstanceOf(MountOutcome.NotThere.class);
    }

    @Test
    void aFileSystemThatNeedsRepairIsNotMounted() throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        String device = node.device(VOLUME).device().toString();
        // The root directory's inode claims to be nothing, which preening does not repair.
        TestNode.run("debugfs", "-w", "-R", "clri <2>", device);
        TestNode.run("debugfs", "-w", "-R", "ssv state 2", device);
        assertThat(mount(node.stageRequest(VOLUME, FileSystemType.EXT4)))
                .isInstanceOfSatisfying(
                        MountOutcome.NeedsRepair.class,
                        damage -> assertThat(damage.report()).contains("fsck.ext4"));
    }

    @Test
    void aPathInUseIsSaidToBeSo() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        Path file = Files.createFile(staging.path().resolve("file"));
        try (RandomAccessFile _ = new RandomAccessFile(file.toFile(), "rw")) {
            assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.InUse.class);
        }
        assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.Unmounted.class);
    }

    @Test
    void aDeadFileSystemIsUnmountedThoughFilesAreOpen() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        Path file = Files.createFile(staging.path().resolve("file"));
        try (RandomAccessFile _ = new RandomAccessFile(file.toFile(), "rw")) {
            node.loseConnection(VOLUME);
            assertThat(node.mounter().unstage(staging))
                    .isInstanceOf(UnmountOutcome.Unmounted.class);
        }
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aMountedFileSystemGrowsWithItsDevice(FileSystemType type) throws IOException {
        if (type == FileSystemType.EXT4) {
            Assumptions.assumeThat(Capabilities.missing(Set.of(Capability.CAP_SYS_RESOURCE)))
                    .as("what the kernel wants of who grows a mounted ext4")
                    .isEmpty();
        }
        SparseDisk disk = node.attach(VOLUME);
        assertThat(node.mounter().grow(VOLUME)).isInstanceOf(GrowOutcome.NotMounted.class);
        node.format(VOLUME, type);
        mount(node.stageRequest(VOLUME, type));
        disk.growTo(2 * TestNode.SIZE);
        node.session(VOLUME).announceSize();
        node.mounter().refreshSize(VOLUME);
        for (int count = 0; count < 2; count++) {
            assertThat(node.mounter().grow(VOLUME))
                    .isEqualTo(new GrowOutcome.Grown(2 * TestNode.SIZE));
        }
        assertThat(node.mounter().stats(node.staging(VOLUME).path()))
                .isInstanceOfSatisfying(
                        VolumeStats.FileSystem.class,
                        stats ->
                                assertThat(stats.bytes().total())
                                        .isGreaterThan(TestNode.SIZE * 3 / 2));
    }
}
