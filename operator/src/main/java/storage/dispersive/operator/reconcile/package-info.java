/**
 * Brings volumes and pools from what they are to what somebody wants. Reconcilers are called by the
 * operator SDK, by one thread at a time for each resource, when something about it changed.
 */
@NullMarked
package storage.dispersive.operator.reconcile;

import org.jspecify.annotations.NullMarked;
