/** The way of a write: batched, sealed, dispersed, committed in order. */
@NullMarked
package storage.dispersive.volume.log;

import org.jspecify.annotations.NullMarked;
