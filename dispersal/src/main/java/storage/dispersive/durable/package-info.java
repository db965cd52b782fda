/** Small files that a crash leaves whole. */
@NullMarked
package storage.dispersive.durable;

import org.jspecify.annotations.NullMarked;
