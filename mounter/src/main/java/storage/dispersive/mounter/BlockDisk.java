package storage.dispersive.mounter;

import java.nio.file.Path;

/** A disk's block device, for instance {@code /dev/loop3}. */
public record BlockDisk(Path device, long sizeBytes) {}
