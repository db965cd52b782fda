/** A virtual disk served over a Unix-domain socket to clients that speak NBD. */
@NullMarked
package storage.dispersive.blockdevice.nbd;

import org.jspecify.annotations.NullMarked;
