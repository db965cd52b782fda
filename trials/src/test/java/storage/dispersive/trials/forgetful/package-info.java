/** Storage pods that lose at SIGKILL, as at a power cut, what they did not sync. */
@NullMarked
package storage.dispersive.trials.forgetful;

import org.jspecify.annotations.NullMarked;
