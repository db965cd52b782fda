package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;
import storage.dispersive.mounter.VolumeStats.Condition;

/** How full and how well a volume is, also when its disk is not well at all. Needs root. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StatsTest {

    private static final VolumeKey VOLUME = TestNode.volume("team-a.data");

    @RegisterExtension private final OnNode on = new OnNode();
    private TestNode node;

    @BeforeEach
    void takeNode() {
        node = on.node();
    }

    private static Condition condition(VolumeStats stats) {
        return switch (stats) {
            case VolumeStats.FileSystem it -> it.condition();
            case VolumeStats.Block it -> it.condition();
            case VolumeStats.Unknown it -> it.condition();
            case VolumeStats.NotMounted _ -> throw new AssertionError("not mounted");
        };
    }

    @ParameterizedTest
    @EnumSource(FileSystemType.class)
    void bytesAndInodesAreCounted(FileSystemType type) throws IOException {
        StagingPath staging = node.stage(VOLUME, type);
        VolumeStats.FileSystem before =
                (VolumeStats.FileSystem) node.mounter().stats(staging.path());
        Files.write(staging.path().resolve("file"), new byte[10 << 20]);
        TestNode.run("sync", "-f", staging.toString());
        VolumeStats.FileSystem after =
                (VolumeStats.FileSystem) node.mounter().stats(staging.path());
        assertThat(before.condition()).isInstanceOf(Condition.Normal.class);
        assertThat(before.bytes().total()).isBetween(TestNode.SIZE / 2, TestNode.SIZE);
        assertThat(after.bytes().used() - before.bytes().used()).isBetween(10L << 20, 12L << 20);
        assertThat(after.bytes().available()).isLessThan(before.bytes().available());
        assertThat(after.inodes().used() - before.inodes().used()).isEqualTo(1);
        assertThat(after.inodes().total()).isGreaterThan(10_000);
    }

    @Test
    void aDeviceHasASize() throws IOException {
        node.attach(VOLUME);
        TargetPath target = node.target("a");
        node.mounter().publish(new PublishRequest.Block(VOLUME, target));
        assertThat(node.mounter().stats(target.path()))
                .isEqualTo(new VolumeStats.Block(TestNode.SIZE, new Condition.Normal()));
    }

    @Test
    void whereNothingIsMountedIsSaidSo() throws IOException {
        assertThat(node.mounter().stats(node.staging(VOLUME).path()))
                .isInstanceOf(VolumeStats.NotMounted.class);
        assertThat(node.mounter().stats(node.kubelet.resolve("no/such/path")))
                .isInstanceOf(VolumeStats.NotMounted.class);
    }

    @Test
    void aDiskThatHangsIsAbnormalInTimeAndNormalAgainLater() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.EXT4);
        SparseDisk disk = node.disk(VOLUME);
        disk.be(SparseDisk.Mood.HANGS);
        for (int count = 0; count < 3; count++) {
            long start = System.nanoTime();
            assertThat(condition(node.mounter().stats(staging.path())))
                    .isInstanceOf(Condition.Abnormal.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
        }
        disk.be(SparseDisk.Mood.WELL);
        await().untilAsserted(() ->
                assertThat(condition(node.mounter().stats(staging.path())))
                        .isInstanceOf(Condition.Normal.class));
    }

    @Test
    void aDiskThatFailsOrIsDeadIsAbnormal() throws IOException {
        StagingPath staging = node.stage(VOLUME, FileSystemType.XFS);
        node.disk(VOLUME).be(SparseDisk.Mood.FAILS_READS);
        assertThat(condition(node.mounter().stats(staging.path())))
                .isInstanceOf(Condition.Abnormal.class);
        node.loseConnection(VOLUME);
        assertThat(condition(node.mounter().stats(staging.path())))
                .isInstanceOf(Condition.Abnormal.class);
    }

    @Test
    void aFileSystemThatHasTurnedReadOnlyIsAbnormal() throws IOException {
        node.attach(VOLUME);
        node.format(VOLUME, FileSystemType.EXT4);
        node.mounter()
                .mountFileSystem(
                        node.stageRequest(VOLUME, FileSystemType.EXT4, "errors=remount-ro"));
        StagingPath staging = node.staging(VOLUME);
        TestNode.run(
                "sh",
                "-c",
                "echo 1 > /sys/fs/ext4/"
                        + node.device(VOLUME).device().getFileName()
                        + "/trigger_fs_error");
        assertThat(condition(node.mounter().stats(staging.path())))
                .isInstanceOfSatisfying(
                        Condition.Abnormal.class, it -> assertThat(it.why()).contains("read-only"));
    }
}
