/** CRC32C of segments, the same for native and portable code. */
@NullMarked
package storage.dispersive.checksum;

import org.jspecify.annotations.NullMarked;
