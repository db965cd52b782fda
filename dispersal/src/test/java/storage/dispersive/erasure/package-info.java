@NullMarked
package storage.dispersive.erasure;

import org.jspecify.annotations.NullMarked;
