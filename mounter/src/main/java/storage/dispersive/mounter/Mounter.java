package storage.dispersive.mounter;

import java.nio.file.Path;

/**
 * What the only privileged process of a node does for the others. The kernel is asked each time;
 * nothing is remembered that a restart would lose, but the descriptors of FUSE connections.
 *
 * <p>Every operation is idempotent: asked again, after an answer that got lost or a crash in the
 * middle of it, it completes what is missing and answers as it would have. An operation that meets
 * another one of the same volume or path fails with {@link MounterException.Reason#BUSY}; the other
 * one goes on, also when whoever asked for it is gone.
 *
 * <p>Thread contract: any thread. All operations block, those that write to a disk for as long as
 * it takes; {@link #abandonDisk} ends what hangs on a disk that does not answer.
 */
public interface Mounter {

    /**
     * Mounts a FUSE connection for the volume and keeps its descriptor under the volume's name, for
     * the engine to fetch. One that lives is kept as it is; one that is dead is taken away with all
     * that is mounted on its device, and made anew.
     */
    DiskOpening openDisk(VolumeKey volume) throws MounterException;

    /**
     * Makes a block device of the disk: a loop device with direct I/O and sectors of 4096 bytes. An
     * engine must serve the disk; until one does, this waits.
     */
    BlockDisk attachLoop(VolumeKey volume) throws MounterException;

    /** Takes the disk's new size over, after the engine announced it to the kernel. */
    BlockDisk refreshSize(VolumeKey volume) throws MounterException;

    /**
     * Takes device and connection away, if nothing uses them; what was written is with the engine
     * then. Needs no engine if nothing is left to write.
     */
    DiskClosing closeDisk(VolumeKey volume) throws MounterException;

    /**
     * Aborts the connection and takes away all that is on it, in use or not. What was not yet
     * written is never written: for a disk that another node has taken over. Waits for no engine.
     */
    DiskClosing abandonDisk(VolumeKey volume) throws MounterException;

    /** What is on the device. Writes nothing. */
    Content look(VolumeKey volume) throws MounterException;

    /** Makes a file system where none ever was; {@link FormatState} has the rules. */
    FormatOutcome format(FormatRequest request) throws MounterException;

    /** Checks the file system and mounts it, with nosuid and nodev. */
    MountOutcome mountFileSystem(StageRequest request) throws MounterException;

    /** Shows a mounted file system, or the device itself, at a second place. */
    PublishOutcome publish(PublishRequest request) throws MounterException;

    /**
     * Unmounts all that is ours at the target and removes it, if it is empty: never what is in it.
     */
    UnmountOutcome unpublish(TargetPath target) throws MounterException;

    /** Unmounts all that is ours at the path, which stays. Needs neither device nor connection. */
    UnmountOutcome unstage(StagingPath staging) throws MounterException;

    /** Grows the mounted file system to its device's size. */
    GrowOutcome grow(VolumeKey volume) throws MounterException;

    /**
     * How full and how well the volume is that is mounted at the path, in bounded time.
     *
     * @param path where it is staged or published
     */
    VolumeStats stats(Path path) throws MounterException;

    /** What this node has of ours, also of an earlier life. Touches no disk. */
    Survey survey() throws MounterException;
}
