/** Tests of what storage pods are made of. */
@NullMarked
package storage.dispersive.operator.pods;

import org.jspecify.annotations.NullMarked;
