/** The way of a read: from one pod, from several, or reconstructed. */
@NullMarked
package storage.dispersive.volume.read;

import org.jspecify.annotations.NullMarked;
