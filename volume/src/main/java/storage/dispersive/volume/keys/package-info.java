/** The keys of the runs that wrote the log. */
@NullMarked
package storage.dispersive.volume.keys;

import org.jspecify.annotations.NullMarked;
