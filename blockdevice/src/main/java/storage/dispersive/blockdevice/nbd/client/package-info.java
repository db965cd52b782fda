/** A small NBD client, for machines that have no NBD tools. */
@NullMarked
package storage.dispersive.blockdevice.nbd.client;

import org.jspecify.annotations.NullMarked;
