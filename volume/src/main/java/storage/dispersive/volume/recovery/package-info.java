/** What an attach does before it serves: fence, list, decide, complete, start. */
@NullMarked
package storage.dispersive.volume.recovery;

import org.jspecify.annotations.NullMarked;
