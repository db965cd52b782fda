package storage.dispersive.mounter;

import java.util.List;

/**
 * To mount a volume's file system.
 *
 * @param staging an existing directory, empty but for what is mounted there
 * @param state must be {@link FormatState#DONE}
 * @param options of mount(8), each alone: {@code noatime}, {@code commit=30}
 */
public record StageRequest(
        VolumeKey volume,
        StagingPath staging,
        FileSystemType type,
        FormatState state,
        Lineage lineage,
        Access access,
        List<String> options) {

    /** Options at once. */
    public static final int MAX_OPTIONS = 32;

    /** Whether another volume may have the same file system's UUID. */
    public enum Lineage {
        ORIGINAL,
        /** A clone or a restored snapshot: XFS would refuse it beside its original. */
        COPY
    }

    public StageRequest {
        options = List.copyOf(options);
        if (options.size() > MAX_OPTIONS) {
            throw new IllegalArgumentException("more than " + MAX_OPTIONS + " mount options");
        }
    }
}
