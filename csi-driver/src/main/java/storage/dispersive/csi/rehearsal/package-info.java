/**
 * A driver as a process that is called once, on a machine without a cluster: run when an image is
 * made, so that the JVM notes which classes and methods a driver needs.
 */
@NullMarked
package storage.dispersive.csi.rehearsal;

import org.jspecify.annotations.NullMarked;
