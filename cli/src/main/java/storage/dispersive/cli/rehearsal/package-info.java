/** Lets the engine process of a node run once, for its AOT cache. */
@NullMarked
package storage.dispersive.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
