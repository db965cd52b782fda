package storage.dispersive.engine.control;

/** One volume in a line of a survey. */
public record VolumeLine(String volume, long generation, VolumeState state, String detail) {}
