/** Connections as somebody on the way sees them, and as their keys open them. */
@NullMarked
package storage.dispersive.trials.capture;

import org.jspecify.annotations.NullMarked;
