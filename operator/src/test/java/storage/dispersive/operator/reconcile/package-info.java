/** Reconcilers against a real API server, its controllers and its scheduler. */
@NullMarked
package storage.dispersive.operator.reconcile;

import org.jspecify.annotations.NullMarked;
