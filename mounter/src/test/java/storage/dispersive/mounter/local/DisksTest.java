package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.mounter.local.TestNode.MIB;
import static storage.dispersive.mounter.local.TestNode.SIZE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;

/** Connections and loop devices, over restarts, losses and a node that comes back. Needs root. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DisksTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    @Test
    void aDiskThatIsOpenIsKeptWithItsDescriptor() throws IOException {
        assertThat(node.mounter().openDisk(VOLUME)).isInstanceOf(DiskOpening.Fresh.class);
        assertThat(node.mounter().openDisk(VOLUME)).isInstanceOf(DiskOpening.Kept.class);
        node.serve(VOLUME, new SparseDisk(SIZE));
        assertThat(node.mounter().attachLoop(VOLUME))
                .isEqualTo(node.mounter().attachLoop(VOLUME))
                .matches(disk -> disk.sizeBytes() == SIZE);
        assertThat(node.mounter().openDisk(VOLUME)).isInstanceOf(DiskOpening.Kept.class);
        assertThat(node.mounts()).hasSize(1);
        assertThat(node.loops()).hasSize(1);
        assertThat(node.mounter().closeDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(node.mounter().closeDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(node.mounter().survey().disks()).isEmpty();
        assertThat(new KeeperClient(node.keeperSocket()).list()).isEmpty();
    }

    @Test
    void aConnectionThatDiedIsTakenAwayWithAllThatIsOnItAndMadeAnew() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        TargetPath target = node.target("a");
        node.mounter().publish(new PublishRequest.Block(VOLUME, target));
        node.loseConnection(VOLUME);
        assertThat(node.mounter().openDisk(VOLUME)).isInstanceOf(DiskOpening.Fresh.class);
        assertThat(node.isMounted(staging.path())).isFalse();
        assertThat(node.isMounted(target.path())).isFalse();
        node.serve(VOLUME, new SparseDisk(SIZE));
        node.mounter().attachLoop(VOLUME);
        assertThat(node.loops()).hasSize(1);
    }

    @Test
    void aNewMounterGetsDescriptorsFromAnotherKeeper() throws IOException {
        node.stage(VOLUME, FileSystemType.XFS);
        Path other = node.directory.resolve("other");
        try (DescriptorKeeper _ = DescriptorKeeper.start(other);
                Descriptor copy = node.fetch(VOLUME)) {
            new KeeperClient(other).deposit(new DescriptorName(VOLUME.value()), copy);
            LocalMounter fresh =
                    node.restartMounter(List.of(other, node.directory.resolve("nobody")));
            assertThat(fresh.survey().disks())
                    .allMatch(disk -> disk.connection() == Survey.Connection.KEPT)
                    .hasSize(1);
            assertThat(fresh.openDisk(VOLUME)).isInstanceOf(DiskOpening.Kept.class);
            node.fetch(VOLUME).close();
        }
    }

    @Test
    void aNewMounterLeavesAConnectionAloneWhoseDescriptorAnEngineHas() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        Files.writeString(staging.path().resolve("file"), "kept");
        LocalMounter fresh = node.restartMounter(List.of());
        assertThat(fresh.openDisk(VOLUME)).isInstanceOf(DiskOpening.HeldElsewhere.class);
        assertThat(staging.path().resolve("file")).hasContent("kept");
        assertThat(fresh.survey().disks())
                .allMatch(disk -> disk.connection() == Survey.Connection.MOUNTED);
        assertThat(fresh.unstage(staging)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(fresh.closeDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
    }

    @Test
    void aDeviceIsFoundThatWasAttachedInAMountNamespaceThatIsGone() throws IOException {
        node.mounter().openDisk(VOLUME);
        node.serve(VOLUME, new SparseDisk(SIZE));
        Path file = node.state.resolve(VOLUME.value()).resolve("disk");
        String device =
                TestNode.run(
                                "unshare",
                                "-m",
                                "losetup",
                                "--direct-io=on",
                                "--sector-size=4096",
                                "-f",
                                "--show",
                                file.toString())
                        .strip();
        assertThat(node.loops()).as("seen by its path").isEmpty();
        assertThat(node.mounter().attachLoop(VOLUME).device()).hasToString(device);
        node.format(VOLUME, FileSystemType.EXT4);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, FileSystemType.EXT4));
        assertThat(node.mounter().survey().places())
                .singleElement()
                .matches(place -> place.volume().filter(VOLUME::equals).isPresent());
        node.mounter().unstage(node.staging(VOLUME));
        assertThat(node.mounter().closeDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
    }

    @Test
    void aDiskInUseIsNotClosed() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        assertThat(node.mounter().closeDisk(VOLUME))
                .isInstanceOfSatisfying(
                        DiskClosing.InUse.class,
                        inUse -> assertThat(inUse.mountedAt()).containsExactly(staging.path()));
        Files.writeString(staging.path().resolve("file"), "still there");
    }

    @Test
    void aDiskThatIsAbandonedWritesNothingAndLeavesNothing() throws IOException {
        SparseDisk disk = new SparseDisk(SIZE);
        node.attach(VOLUME, disk);
        node.format(VOLUME, FileSystemType.EXT4);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, FileSystemType.EXT4));
        StagingPath staging = node.staging(VOLUME);
        TargetPath target = node.target("a");
        node.mounter()
                .publish(new PublishRequest.FileSystem(VOLUME, staging, target, Access.READ_WRITE));
        Files.writeString(staging.path().resolve("file"), "x".repeat(100_000));
        long written = disk.writtenBytes();
        assertThat(node.mounter().abandonDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(disk.writtenBytes()).isEqualTo(written);
        assertThat(node.mounts()).isEmpty();
        assertThat(node.loops()).isEmpty();
        assertThat(node.mounter().abandonDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        // The target is a bare directory now, and is removed as ever.
        assertThat(node.mounter().unpublish(target)).isInstanceOf(UnmountOutcome.Unmounted.class);
        assertThat(target.path()).doesNotExist();
        assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.Unmounted.class);
    }

    private CompletableFuture<FormatOutcome> beginToFormat(FileSystemType type) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return node.mounter().format(new FormatRequest(VOLUME, type, FormatState.BEGUN));
            } catch (MounterException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void whatHangsOnADiskEndsWhenItIsAbandoned() throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        disk.be(SparseDisk.Mood.HANGS);
        CompletableFuture<FormatOutcome> formatting = beginToFormat(FileSystemType.EXT4);
        await().untilAsserted(() ->
                assertThatThrownBy(() -> node.mounter().look(VOLUME))
                        .matches(e -> reason(e) == Reason.BUSY));
        assertThat(node.mounter().abandonDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(formatting)
                .succeedsWithin(Duration.ofSeconds(10))
                .isInstanceOf(FormatOutcome.Refused.class);
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void aMkfsThatWasKilledOnItsWayIsBegunAnewElsewhere(FileSystemType type) throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        disk.be(SparseDisk.Mood.HANGS_WRITES);
        CompletableFuture<FormatOutcome> formatting = beginToFormat(type);
        await().untilAsserted(() -> assertThat(node.mounter().survey().programs()).hasSize(1));
        assertThat(node.mounter().abandonDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(formatting).failsWithin(Duration.ofSeconds(10));
        assertThat(node.mounter().survey().programs()).isEmpty();
        node.stopServing(VOLUME);
        disk.be(SparseDisk.Mood.WELL);
        node.attach(VOLUME, disk);
        node.format(VOLUME, type);
        node.mounter().mountFileSystem(node.stageRequest(VOLUME, type));
        assertThat(node.isMounted(node.staging(VOLUME).path())).isTrue();
    }

    private static Reason reason(Throwable thrown) {
        return thrown instanceof MounterException e ? e.reason() : Reason.FAILED;
    }

    @Test
    void anAttachmentThatNobodyServesEndsWhenTheDiskIsAbandoned() throws IOException {
        node.mounter().openDisk(VOLUME);
        CompletableFuture<Boolean> attaching =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        node.mounter().attachLoop(VOLUME);
                        return true;
                    } catch (MounterException e) {
                        return false;
                    }
                });
        await().untilAsserted(() ->
                assertThatThrownBy(() -> node.mounter().openDisk(VOLUME))
                        .matches(e -> reason(e) == Reason.BUSY));
        assertThat(node.mounter().abandonDisk(VOLUME)).isInstanceOf(DiskClosing.Closed.class);
        assertThat(attaching).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(false);
    }

    @Test
    void aDiskThatGrewIsSeenAtItsDevice() throws IOException {
        SparseDisk disk = node.attach(VOLUME);
        disk.growTo(2 * SIZE);
        assertThat(node.device(VOLUME).sizeBytes()).isEqualTo(SIZE);
        node.session(VOLUME).announceSize();
        assertThat(node.mounter().refreshSize(VOLUME).sizeBytes()).isEqualTo(2 * SIZE);
        assertThat(node.mounter().refreshSize(VOLUME).sizeBytes()).isEqualTo(2 * SIZE);
    }

    /** A node whose mounter finds mounts of volumes that live elsewhere by now. */
    @Test
    void whatAnEarlierLifeLeftIsFoundAndTakenAway() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.XFS);
        TargetPath target = node.target("a");
        TargetPath block = node.target("b");
        VolumeKey second = TestNode.volume("team-b.empty");
        node.mounter()
                .publish(new PublishRequest.FileSystem(VOLUME, staging, target, Access.READ_ONLY));
        assertThat(node.mounter().publish(new PublishRequest.Block(VOLUME, block)))
                .isInstanceOf(PublishOutcome.Published.class);
        Files.createDirectory(node.state.resolve(second.value()));
        node.loseConnection(VOLUME);
        LocalMounter fresh = node.restartMounter(List.of());
        Survey survey = fresh.survey();
        assertThat(survey.disks()).extracting(Survey.Disk::volume).containsExactly(VOLUME, second);
        assertThat(survey.disks())
                .filteredOn(disk -> disk.connection() == Survey.Connection.NONE)
                .hasSize(1);
        assertThat(survey.places())
                .extracting(Survey.Place::path)
                .containsExactlyInAnyOrder(staging.path(), target.path(), block.path());
        assertThat(survey.places())
                .filteredOn(place -> place.form() == Survey.Form.BLOCK)
                .singleElement()
                .matches(place -> place.volume().filter(VOLUME::equals).isPresent());
        for (Survey.Disk disk : survey.disks()) {
            assertThat(fresh.abandonDisk(disk.volume())).isInstanceOf(DiskClosing.Closed.class);
        }
        for (Survey.Place place : survey.places()) {
            assertThat(fresh.unpublish(new TargetPath(place.path())))
                    .isInstanceOf(UnmountOutcome.Unmounted.class);
        }
        assertThat(fresh.survey()).isEqualTo(new Survey(List.of(), List.of(), List.of()));
        assertThat(node.mounts()).isEmpty();
    }

    @Test
    void aDeviceOfSomebodyElseIsNeitherSeenNorTouched() throws IOException {
        Path file = node.directory.resolve("file");
        Files.write(file, new byte[(int) (32 * MIB)]);
        String device = TestNode.run("losetup", "-f", "--show", file.toString()).strip();
        StagingPath staging = node.staging(VOLUME);
        try {
            TestNode.run("mkfs.ext4", "-q", device);
            TestNode.run("mount", device, staging.path().toString());
            assertThat(node.mounter().survey().places()).isEmpty();
            assertThat(node.mounter().unstage(staging)).isInstanceOf(UnmountOutcome.NotOurs.class);
            assertThat(node.mounter().unpublish(new TargetPath(staging.path())))
                    .isInstanceOf(UnmountOutcome.NotOurs.class);
            assertThat(node.isMounted(staging.path())).isTrue();
        } finally {
            TestNode.run("umount", staging.path().toString());
            TestNode.run("losetup", "-d", device);
        }
    }
}
