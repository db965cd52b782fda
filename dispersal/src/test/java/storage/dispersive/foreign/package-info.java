@NullMarked
package storage.dispersive.foreign;

import org.jspecify.annotations.NullMarked;
