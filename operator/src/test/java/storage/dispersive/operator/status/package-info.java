/** What statuses say. */
@NullMarked
package storage.dispersive.operator.status;

import org.jspecify.annotations.NullMarked;
