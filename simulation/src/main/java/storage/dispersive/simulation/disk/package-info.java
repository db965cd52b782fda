/** A disk in memory that crashes, tears, rots and fails as its seed says. */
@NullMarked
package storage.dispersive.simulation.disk;

import org.jspecify.annotations.NullMarked;
