/**
 * What is done to storage pods that are there already: claims grow, pods are replaced by newer
 * ones, and claims whose node is gone are given up. Calls the API server; for any thread.
 */
@NullMarked
package storage.dispersive.operator.upkeep;

import org.jspecify.annotations.NullMarked;
