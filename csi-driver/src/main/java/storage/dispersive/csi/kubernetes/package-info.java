/** Volumes that are DispersiveVolumes of a Kubernetes cluster. */
@NullMarked
package storage.dispersive.csi.kubernetes;

import org.jspecify.annotations.NullMarked;
