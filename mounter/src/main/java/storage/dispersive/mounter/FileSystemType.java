package storage.dispersive.mounter;

import java.util.Arrays;
import java.util.Optional;

/** The file systems that are made and mounted here. */
public enum FileSystemType {
    EXT4("ext4"),
    XFS("xfs");

    private final String kernelName;

    FileSystemType(String kernelName) {
        this.kernelName = kernelName;
    }

    /** As in the mount table. */
    public String kernelName() {
        return kernelName;
    }

    public static Optional<FileSystemType> of(String kernelName) {
        return Arrays.stream(values())
                .filter(type -> type.kernelName.equals(kernelName))
                .findFirst();
    }
}
