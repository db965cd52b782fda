package storage.dispersive.csi.node;

import java.util.List;
import java.util.function.Predicate;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;

/** Asks the mounter for what a node wants of it. Calls end with a RefusedException. */
final class MounterRoom {

    private final Mounter mounter;

    MounterRoom(Mounter mounter) {
        this.mounter = mounter;
    }

    private interface Question<T> {
        T ask() throws MounterException;
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (MounterException e) {
            throw RefusedException.of(e);
        }
    }

    /** Makes what an engine serves a volume through, unless it is there. */
    void open(VolumeKey key) {
        var _ = asked(() -> mounter.openDisk(key));
    }

    /** The volume's device, as large as its engine says. */
    BlockDisk attach(VolumeKey key) {
        return asked(() -> mounter.attachLoop(key));
    }

    BlockDisk refreshSize(VolumeKey key) {
        return asked(() -> mounter.refreshSize(key));
    }

    /** Takes away what nothing uses. What was written reaches the engine first. */
    void close(VolumeKey key) {
        if (asked(() -> mounter.closeDisk(key)) instanceof DiskClosing.InUse inUse) {
            throw new RefusedException(new Refusal.NotYet(text(inUse)));
        }
    }

    /**
     * Takes away what may be in use. Nothing more can be written then, also where a container still
     * has the device open: the kernel takes that away when the container ends.
     */
    void abandon(VolumeKey key) {
        var _ = asked(() -> mounter.abandonDisk(key));
    }

    private static String text(DiskClosing.InUse inUse) {
        return "the volume's device is still in use: "
                + inUse.why()
                + (inUse.mountedAt().isEmpty() ? "" : " at " + inUse.mountedAt());
    }

    FormatOutcome format(FormatRequest request) {
        return asked(() -> mounter.format(request));
    }

    void mount(StageRequest request) {
        switch (asked(() -> mounter.mountFileSystem(request))) {
            case MountOutcome.Mounted _ -> {}
            case MountOutcome.MountedElse(String what) ->
                    throw new RefusedException(
                            new Refusal.Different(
                                    what + " is mounted at " + request.staging() + " already"));
            case MountOutcome.NeedsRepair(String report) ->
                    throw new RefusedException(
                            new Refusal.Hindered(
                                    "the file system has errors that need a person to decide:"
                                            + " claim the volume as a block device, run fsck in a"
                                            + " pod, and try again. "
                                            + report));
            case MountOutcome.NotThere(var found) ->
                    throw new RefusedException(
                            new Refusal.Hindered(
                                    "the volume holds no "
                                            + request.type().kernelName()
                                            + " file system but "
                                            + found));
        }
    }

    void growFileSystem(VolumeKey key) {
        if (asked(() -> mounter.grow(key)) instanceof GrowOutcome.NotMounted) {
            throw new RefusedException(
                    new Refusal.NotYet("the file system is not mounted, so it cannot grow"));
        }
    }

    void publish(storage.dispersive.mounter.PublishRequest request) {
        switch (asked(() -> mounter.publish(request))) {
            case PublishOutcome.Published() -> {}
            case PublishOutcome.NotStaged(String why) ->
                    throw new RefusedException(
                            new Refusal.Hindered("the volume is not staged: " + why));
            case PublishOutcome.TargetTaken(String by) ->
                    throw new RefusedException(
                            new Refusal.Different(request.target() + " is taken by " + by));
        }
    }

    void unpublish(TargetPath target) {
        freed(
                asked(() ->
                        mounter.unpublish(
                                new storage.dispersive.mounter.TargetPath(target.path()))),
                target.toString());
    }

    void unstage(StagingPath staging) {
        freed(asked(() -> mounter.unstage(mounted(staging))), staging.toString());
    }

    private static void freed(UnmountOutcome outcome, String place) {
        switch (outcome) {
            case UnmountOutcome.Unmounted() -> {}
            case UnmountOutcome.InUse(String why) ->
                    throw new RefusedException(
                            new Refusal.NotYet(place + " is still in use: " + why));
            case UnmountOutcome.NotOurs(String what) ->
                    throw new RefusedException(
                            new Refusal.Hindered(
                                    "at "
                                            + place
                                            + " is "
                                            + what
                                            + ", which is not this driver's; unmount it"));
        }
    }

    VolumeStats stats(VolumePath path) {
        return asked(() -> mounter.stats(path.path()));
    }

    /** Ends the call if another volume is at a path. */
    void checkNoOther(VolumeKey key, VolumePath path) {
        boolean isOther =
                asked(mounter::survey).places().stream()
                        .filter(it -> it.path().equals(path.path()))
                        .anyMatch(
                                it -> it.volume().filter(other -> !other.equals(key)).isPresent());
        if (isOther) {
            throw new RefusedException(
                    new Refusal.Missing("at " + path + " is another volume than that"));
        }
    }

    /** Where a volume is shown, but for some places. */
    List<Survey.Place> placesOf(VolumeKey key, Predicate<Survey.Place> others) {
        return asked(mounter::survey).places().stream()
                .filter(it -> it.volume().filter(key::equals).isPresent())
                .filter(others)
                .toList();
    }

    static storage.dispersive.mounter.StagingPath mounted(StagingPath staging) {
        return new storage.dispersive.mounter.StagingPath(staging.path());
    }

    static FileSystemType typeOf(Face.FilesystemType type) {
        return switch (type) {
            case EXT4 -> FileSystemType.EXT4;
            case XFS -> FileSystemType.XFS;
        };
    }

    static Access accessOf(boolean writes) {
        return writes ? Access.READ_WRITE : Access.READ_ONLY;
    }
}
