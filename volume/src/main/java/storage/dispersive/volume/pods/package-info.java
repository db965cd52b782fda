/** An engine's connections to its volume's pods, and what it knows of each. */
@NullMarked
package storage.dispersive.volume.pods;

import org.jspecify.annotations.NullMarked;
