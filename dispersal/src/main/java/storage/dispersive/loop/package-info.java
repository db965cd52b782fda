/** The one thread that a state machine runs on, and its clock; a simulator brings its own. */
@NullMarked
package storage.dispersive.loop;

import org.jspecify.annotations.NullMarked;
