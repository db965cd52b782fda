/** The operator's process: its settings, its health, and what it is made of. */
@NullMarked
package storage.dispersive.operator.app;

import org.jspecify.annotations.NullMarked;
