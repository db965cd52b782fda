/** What reconcilers ask storage pods for. */
@NullMarked
package storage.dispersive.operator.stores;

import org.jspecify.annotations.NullMarked;
