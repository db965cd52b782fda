/** What is seen of objects of the cluster. */
@NullMarked
package storage.dispersive.operator.cluster;

import org.jspecify.annotations.NullMarked;
