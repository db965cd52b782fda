/**
 * What sidecars, and the processes beside them, say to each other: short messages of lines of text.
 * {@code docs/vnet.md} describes them.
 */
@NullMarked
package storage.dispersive.vnet.protocol;

import org.jspecify.annotations.NullMarked;
