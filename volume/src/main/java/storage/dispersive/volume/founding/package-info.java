/** What is done with a volume outside of an engine: found it, fetch its key, remove it. */
@NullMarked
package storage.dispersive.volume.founding;

import org.jspecify.annotations.NullMarked;
