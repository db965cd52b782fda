@NullMarked
package storage.dispersive.seal;

import org.jspecify.annotations.NullMarked;
