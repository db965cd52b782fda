/** What was written down is what the originals say. */
@NullMarked
package storage.dispersive.csi.original;

import org.jspecify.annotations.NullMarked;
