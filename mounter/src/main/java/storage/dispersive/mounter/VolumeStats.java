package storage.dispersive.mounter;

/** How full and how well a volume is. */
public sealed interface VolumeStats {

    /** Of a mounted file system. */
    record FileSystem(Amount bytes, Amount inodes, Condition condition) implements VolumeStats {}

    /** Of a raw device. */
    record Block(long sizeBytes, Condition condition) implements VolumeStats {}

    /** It hangs or is broken, so that not even its size can be told. */
    record Unknown(Condition.Abnormal condition) implements VolumeStats {}

    /** Nothing of ours is mounted at the path. */
    record NotMounted() implements VolumeStats {}

    /**
     * Of bytes or inodes.
     *
     * @param available to users without privileges
     */
    record Amount(long total, long used, long available) {}

    /** Whether the volume can be used. */
    sealed interface Condition {

        record Normal() implements Condition {}

        record Abnormal(String why) implements Condition {}
    }
}
