package storage.dispersive.csi.volume;

import java.util.List;
import java.util.Optional;

/** As what a workload sees a volume. */
public sealed interface Face {

    /** As the device itself. */
    record Block() implements Face {}

    /**
     * As a mounted file system.
     *
     * @param type of the file system
     * @param flags options of the mount, in the order in which they were given
     */
    record Mounted(FilesystemType type, List<String> flags) implements Face {

        public Mounted {
            flags = List.copyOf(flags);
        }
    }

    /** The file systems that can be made. */
    enum FilesystemType {
        EXT4,
        XFS;

        /** As the kernel calls it. */
        public String kernelName() {
            return switch (this) {
                case EXT4 -> "ext4";
                case XFS -> "xfs";
            };
        }

        /** The one of a name; ext4 for the empty name. */
        public static Optional<FilesystemType> named(String name) {
            return switch (name) {
                case "", "ext4" -> Optional.of(EXT4);
                case "xfs" -> Optional.of(XFS);
                default -> Optional.empty();
            };
        }
    }
}
