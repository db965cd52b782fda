/** The storage area network on one machine: its pods, its volumes, and their processes. */
@NullMarked
package storage.dispersive.cli.san;

import org.jspecify.annotations.NullMarked;
