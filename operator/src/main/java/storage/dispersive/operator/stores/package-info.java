/**
 * What reconcilers ask storage pods for, over the founding of volumes and their resources in the
 * API server.
 */
@NullMarked
package storage.dispersive.operator.stores;

import org.jspecify.annotations.NullMarked;
