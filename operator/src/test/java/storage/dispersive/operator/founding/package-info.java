/** Tests of founding, on real storage pods and in a model of everything that may go wrong. */
@NullMarked
package storage.dispersive.operator.founding;

import org.jspecify.annotations.NullMarked;
