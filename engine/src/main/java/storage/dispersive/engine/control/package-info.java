/** What the processes of a node say to the engine process beside them, and hear of it. */
@NullMarked
package storage.dispersive.engine.control;

import org.jspecify.annotations.NullMarked;
