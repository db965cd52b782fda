@NullMarked
package storage.dispersive;

import org.jspecify.annotations.NullMarked;
