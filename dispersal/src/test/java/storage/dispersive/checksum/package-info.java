@NullMarked
package storage.dispersive.checksum;

import org.jspecify.annotations.NullMarked;
