/** A volume as a file describes it that no local SAN has written: one of a cluster, say. */
@NullMarked
package storage.dispersive.engine.description;

import org.jspecify.annotations.NullMarked;
