/**
 * A storage pod as a process with a caller, all on one machine: run once when a distribution is
 * made, so that the JVM notes which classes and methods a pod needs, and by tests.
 */
@NullMarked
package storage.dispersive.pod.rehearsal;

import org.jspecify.annotations.NullMarked;
