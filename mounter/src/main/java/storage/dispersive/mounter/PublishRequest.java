package storage.dispersive.mounter;

/** To show a volume to a pod. The target's parent directory exists. */
public sealed interface PublishRequest {

    VolumeKey volume();

    TargetPath target();

    /** Binds the staged file system to a directory, which is made if it is missing. */
    record FileSystem(VolumeKey volume, StagingPath staging, TargetPath target, Access access)
            implements PublishRequest {}

    /** Binds the device's node to a file, which is made if it is missing. */
    record Block(VolumeKey volume, TargetPath target) implements PublishRequest {}
}
