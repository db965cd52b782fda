/**
 * What a cluster says of the storage pods of a set: where they run, whether they serve, and what
 * keeps them from it. Read from objects that informers cache; calls nobody. Immutable, for any
 * thread.
 */
@NullMarked
package storage.dispersive.operator.cluster;

import org.jspecify.annotations.NullMarked;
