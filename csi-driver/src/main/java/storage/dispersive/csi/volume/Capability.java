package storage.dispersive.csi.volume;

/** How a volume is to be used: as what, and by whom at a time. */
public record Capability(Face face, AccessMode mode) {}
