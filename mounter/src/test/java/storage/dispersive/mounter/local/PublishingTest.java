package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;

/**
 * Showing volumes to pods and taking them away, over the ways that others went wrong. Needs root.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PublishingTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");
    private static final VolumeKey OTHER = TestNode.volume("team-a.other");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    private PublishOutcome publish(VolumeKey volume, TargetPath target, Access access)
            throws IOException {
        return node.mounter()
                .publish(
                        new PublishRequest.FileSystem(
                                volume, node.staging(volume), target, access));
    }

    private PublishOutcome publishBlock(VolumeKey volume, TargetPath target) throws IOException {
        return node.mounter().publish(new PublishRequest.Block(volume, target));
    }

    private UnmountOutcome unpublish(TargetPath target) throws IOException {
        return node.mounter().unpublish(target);
    }

    @Test
    void aPodSeesTheFilesAndTheTargetGoesAfterIt() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        Files.writeString(staging.path().resolve("file"), "seen");
        TargetPath target = node.target("a");
        for (int count = 0; count < 2; count++) {
            assertThat(publish(VOLUME, target, Access.READ_WRITE))
                    .isInstanceOf(PublishOutcome.Published.class);
        }
        assertThat(target.path().resolve("file")).hasContent("seen");
        assertThat(MountTable.find(target.path()).orElseThrow().options())
                .contains("rw", "nosuid", "nodev");
        assertThat(node.mounts()).hasSize(3);
        for (int count = 0; count < 2; count++) {
            assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
            assertThat(target.path()).doesNotExist();
        }
        assertThat(staging.path().resolve("file")).hasContent("seen");
    }

    @Test
    void theSameTargetWithAnotherAccessOrVolumeIsAConflict() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        node.stage(OTHER, FileSystemType.XFS);
        TargetPath target = node.target("a");
        TargetPath second = node.target("b");
        assertThat(publish(VOLUME, target, Access.READ_ONLY))
                .isInstanceOf(PublishOutcome.Published.class);
        assertThat(publish(VOLUME, target, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.TargetTaken.class);
        assertThat(publish(OTHER, target, Access.READ_ONLY))
                .isInstanceOf(PublishOutcome.TargetTaken.class);
        assertThat(publish(VOLUME, target, Access.READ_ONLY))
                .isInstanceOf(PublishOutcome.Published.class);
        assertThat(publish(VOLUME, second, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.Published.class);
        Path file = second.path().resolve("file");
        Files.writeString(file, "written");
        assertThatThrownBy(() -> Files.writeString(target.path().resolve("file"), "not"))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("Read-only");
        assertThat(target.path().resolve("file")).hasContent("written");
    }

    @Test
    void nothingIsPublishedThatIsNotStaged() throws IOException {
        node.attach(VOLUME);
        Files.createDirectories(node.staging(VOLUME).path());
        TargetPath target = node.target("a");
        assertThat(publish(VOLUME, target, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.NotStaged.class);
        assertThat(target.path()).doesNotExist();
        assertThat(publish(OTHER, target, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.NotStaged.class);
    }

    @Test
    void nothingIsPublishedFromADeadStage() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        node.loseConnection(VOLUME);
        assertThat(publish(VOLUME, node.target("a"), Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.NotStaged.class);
    }

    @Test
    void aTargetWithFilesIsNeitherHiddenNorRemoved() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        Path file = Files.createDirectory(target.path()).resolve("file");
        Files.writeString(file, "of somebody");
        assertThat(publish(VOLUME, target, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.TargetTaken.class);
        assertThatThrownBy(() -> unpublish(target))
                .isInstanceOfSatisfying(
                        MounterException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        assertThat(file).hasContent("of somebody");
    }

    @Test
    void aTargetInUseStaysAndItsFilesToo() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        publish(VOLUME, target, Access.READ_WRITE);
        Path file = target.path().resolve("file");
        Files.writeString(file, "kept");
        try (RandomAccessFile _ = new RandomAccessFile(file.toFile(), "rw")) {
            assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.InUse.class);
            assertThat(file).hasContent("kept");
        }
        assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(staging.path().resolve("file")).hasContent("kept");
    }

    @Test
    void allLayersOfATargetAreTakenAway() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        publish(VOLUME, target, Access.READ_WRITE);
        TestNode.run("mount", "--bind", staging.path().toString(), target.toString());
        TestNode.run("mount", "--bind", staging.path().toString(), target.toString());
        assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(target.path()).doesNotExist();
        assertThat(node.isMounted(staging.path())).isTrue();
    }

    /** As between a container with bidirectional propagation and its host. */
    @Test
    void whatIsPublishedIsSeenInOtherNamespacesAndGoesThereToo() throws IOException {
        Path shared = Files.createDirectory(node.kubelet.resolve("shared"));
        Path peer = Files.createDirectory(node.directory.resolve("peer"));
        TestNode.run("mount", "-t", "tmpfs", "none", shared.toString());
        TestNode.run("mount", "--make-shared", shared.toString());
        TestNode.run("mount", "--bind", shared.toString(), peer.toString());
        node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = new TargetPath(shared.resolve("a"));
        TargetPath block = new TargetPath(shared.resolve("b"));
        assertThat(publish(VOLUME, target, Access.READ_ONLY))
                .isInstanceOf(PublishOutcome.Published.class);
        assertThat(publishBlock(VOLUME, block)).isInstanceOf(PublishOutcome.Published.class);
        assertThat(MountTable.find(peer.resolve("a")).orElseThrow().options()).contains("ro");
        assertThat(node.isMounted(peer.resolve("b"))).isTrue();
        assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(unpublish(block)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(peer).isEmptyDirectory();
    }

    @Test
    void aStaleLayerAtATargetIsClearedFirst() throws IOException {
        node.stage(OTHER, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        publish(OTHER, target, Access.READ_WRITE);
        node.loseConnection(OTHER);
        node.stage(VOLUME, FileSystemType.XFS);
        assertThat(publish(VOLUME, target, Access.READ_WRITE))
                .isInstanceOf(PublishOutcome.Published.class);
        assertThat(MountTable.find(target.path()).orElseThrow().type()).isEqualTo("xfs");
    }

    @Test
    void aDeviceIsShownAsAFileAndReadAndWrittenThere() throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        node.attach(OTHER);
        TargetPath target = node.target("a");
        for (int count = 0; count < 2; count++) {
            assertThat(publishBlock(VOLUME, target)).isInstanceOf(PublishOutcome.Published.class);
        }
        assertThat(publishBlock(OTHER, target)).isInstanceOf(PublishOutcome.TargetTaken.class);
        TestNode.run("dd", "if=/dev/zero", "of=" + target, "bs=4096", "count=3", "oflag=direct");
        assertThat(disk.writtenBytes()).isEqualTo(3 * 4096);
        for (int count = 0; count < 2; count++) {
            assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
            assertThat(target.path()).doesNotExist();
        }
    }

    @Test
    void whatIsPublishedGoesWithoutDeviceOrEngine() throws IOException {
        node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        TargetPath block = node.target("b");
        publish(VOLUME, target, Access.READ_WRITE);
        publishBlock(VOLUME, block);
        node.loseConnection(VOLUME);
        assertThat(unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(unpublish(block)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(node.mounter().unstage(node.staging(VOLUME)))
                .isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(target.path()).doesNotExist();
        assertThat(block.path()).doesNotExist();
    }
}
