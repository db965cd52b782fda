package storage.dispersive.volume.pods;

import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

/** Who an engine is to the pods: one run of one epoch of one volume. */
public record Tenure(VolumeId volume, Epoch epoch, RunId run) {}
