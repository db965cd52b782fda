/** The process that serves all volumes of a node. */
@NullMarked
package storage.dispersive.engine.host;

import org.jspecify.annotations.NullMarked;
