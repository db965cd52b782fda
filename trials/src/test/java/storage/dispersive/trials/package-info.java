/** Trials of the distribution with real processes, as its users run it. */
@NullMarked
package storage.dispersive.trials;

import org.jspecify.annotations.NullMarked;
