/**
 * A whole cluster in one thread from one seed: real engines and real stores over simulated time,
 * network and disks, with faults, and a checker that knows what may be read.
 */
@NullMarked
package storage.dispersive.simulation;

import org.jspecify.annotations.NullMarked;
