package storage.dispersive.mounter;

/** To make a file system on a volume's device, as far as {@code state} allows it. */
public record FormatRequest(VolumeKey volume, FileSystemType type, FormatState state) {}
