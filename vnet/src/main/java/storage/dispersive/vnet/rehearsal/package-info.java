/**
 * A sidecar as a process with a caller, run once when a distribution is made, so that the JVM notes
 * which classes and methods a sidecar needs.
 */
@NullMarked
package storage.dispersive.vnet.rehearsal;

import org.jspecify.annotations.NullMarked;
