package storage.dispersive.mounter.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Capability;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;
import storage.dispersive.mounter.local.SparseDisk;
import storage.dispersive.mounter.wire.RemoteMounter;

/**
 * Has a mounter that is another process do for a volume all that a node ever does, and serves its
 * disk from memory meanwhile. Uses neither JUnit nor AssertJ: {@code images/test} runs it too.
 *
 * @param socket of the mounter
 * @param keeper of descriptors
 * @param root beneath which the mounter mounts
 */
record WholeLife(Path socket, Path keeper, Path root) {

    private static final long SIZE = 512L << 20;
    private static final FuseSettings SERVING = new FuseSettings(1, 8, 1 << 20, 2_000);
    private static final String TEXT = "kept";

    /** Arguments: the components, in their order. */
    public static void main(String[] arguments) throws IOException {
        WholeLife life =
                new WholeLife(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        for (FileSystemType type : FileSystemType.values()) {
            life.live(type);
            System.out.println(type + ": made, mounted, shown and taken away");
        }
    }

    /** From the opening of the disk to its end, of which nothing is left. */
    void live(FileSystemType type) throws IOException {
        VolumeKey volume = new VolumeKey("whole-life." + type.kernelName());
        Mounter mounter = new RemoteMounter(socket);
        expect(DiskOpening.Fresh.class, mounter.openDisk(volume));
        SparseDisk disk = new SparseDisk(SIZE);
        try (FuseSession session =
                FuseSession.serve(
                        new KeeperClient(keeper)
                                .fetch(new DescriptorName(volume.value()))
                                .orElseThrow(),
                        disk,
                        SERVING)) {
            mounter.attachLoop(volume);
            format(mounter, volume, type);
            StagingPath staging = stage(mounter, volume, type);
            show(mounter, volume, staging);
            showDevice(mounter, volume);
            if (type == FileSystemType.XFS || mayGrowExt4()) {
                disk.growTo(2 * SIZE);
                session.announceSize();
                mounter.refreshSize(volume);
                expect(GrowOutcome.Grown.class, mounter.grow(volume));
            } else {
                System.out.println("without CAP_SYS_RESOURCE the kernel grows no mounted ext4");
            }
            expect(VolumeStats.FileSystem.class, mounter.stats(staging.path()));
            expect(UnmountOutcome.Unmounted.class, mounter.unstage(staging));
            Files.delete(staging.path());
            expect(DiskClosing.Closed.class, mounter.closeDisk(volume));
        } finally {
            mounter.abandonDisk(volume);
        }
    }

    /** The kernel wants it of the mounter, which has it where this process has it. */
    private static boolean mayGrowExt4() throws IOException {
        return Capabilities.missing(Set.of(Capability.CAP_SYS_RESOURCE)).isEmpty();
    }

    private static void format(Mounter mounter, VolumeKey volume, FileSystemType type)
            throws IOException {
        expect(Content.Blank.class, mounter.look(volume));
        expect(
                FormatOutcome.RecordBegun.class,
                mounter.format(new FormatRequest(volume, type, FormatState.NEVER)));
        expect(
                FormatOutcome.Formatted.class,
                mounter.format(new FormatRequest(volume, type, FormatState.BEGUN)));
        expect(Content.FileSystem.class, mounter.look(volume));
    }

    private StagingPath stage(Mounter mounter, VolumeKey volume, FileSystemType type)
            throws IOException {
        StagingPath staging =
                new StagingPath(Files.createDirectories(root.resolve("staging-" + volume)));
        StageRequest request =
                new StageRequest(
                        volume,
                        staging,
                        type,
                        FormatState.DONE,
                        Lineage.ORIGINAL,
                        Access.READ_WRITE,
                        List.of("noatime"));
        expect(MountOutcome.Mounted.class, mounter.mountFileSystem(request));
        return staging;
    }

    private void show(Mounter mounter, VolumeKey volume, StagingPath staging) throws IOException {
        TargetPath target = new TargetPath(root.resolve("target-" + volume));
        expect(
                PublishOutcome.Published.class,
                mounter.publish(
                        new PublishRequest.FileSystem(volume, staging, target, Access.READ_WRITE)));
        Files.writeString(target.path().resolve("file"), TEXT);
        expect(UnmountOutcome.Unmounted.class, mounter.unpublish(target));
        if (!Files.readString(staging.path().resolve("file")).equals(TEXT)) {
            throw new IOException("what was written at " + target + " is not at " + staging);
        }
    }

    private void showDevice(Mounter mounter, VolumeKey volume) throws IOException {
        TargetPath target = new TargetPath(root.resolve("device-" + volume));
        expect(
                PublishOutcome.Published.class,
                mounter.publish(new PublishRequest.Block(volume, target)));
        expect(VolumeStats.Block.class, mounter.stats(target.path()));
        expect(UnmountOutcome.Unmounted.class, mounter.unpublish(target));
        if (Files.exists(target.path())) {
            throw new IOException(target + " is still there");
        }
    }

    private static void expect(Class<?> what, Object answer) throws IOException {
        if (!what.isInstance(answer)) {
            throw new IOException(what.getSimpleName() + " was expected, but it was " + answer);
        }
    }
}
