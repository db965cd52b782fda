/**
 * What the services of the controller and of nodes both speak of. Knows neither gRPC nor
 * Kubernetes.
 */
@NullMarked
package storage.dispersive.csi.volume;

import org.jspecify.annotations.NullMarked;
