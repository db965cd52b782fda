/** Writes numbered blocks to a disk, reads them back, and notices any that is not as it must be. */
@NullMarked
package storage.dispersive.cli.exercise;

import org.jspecify.annotations.NullMarked;
