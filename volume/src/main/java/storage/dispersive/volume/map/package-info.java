/** Where each logical block is. */
@NullMarked
package storage.dispersive.volume.map;

import org.jspecify.annotations.NullMarked;
