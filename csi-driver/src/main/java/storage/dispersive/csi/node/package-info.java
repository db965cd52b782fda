/**
 * What a node does with volumes: makes them there (stage), shows them to workloads (publish), and
 * takes both back. Knows neither gRPC nor Kubernetes.
 */
@NullMarked
package storage.dispersive.csi.node;

import org.jspecify.annotations.NullMarked;
