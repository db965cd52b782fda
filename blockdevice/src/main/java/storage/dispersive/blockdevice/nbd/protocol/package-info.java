/**
 * The NBD protocol as numbers and types, after {@code doc/proto.md} of the NBD project. Names in
 * comments are the section names of that document; what of it is spoken here is in {@code
 * docs/nbd.md}.
 */
@NullMarked
package storage.dispersive.blockdevice.nbd.protocol;

import org.jspecify.annotations.NullMarked;
