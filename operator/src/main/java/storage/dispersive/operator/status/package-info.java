/**
 * What the status of a resource says: the one author of conditions, and events where they change.
 */
@NullMarked
package storage.dispersive.operator.status;

import org.jspecify.annotations.NullMarked;
