/**
 * The mounter over a Unix socket: its protocol, who serves it, and a {@code Mounter} that asks
 * there.
 */
@NullMarked
package storage.dispersive.mounter.wire;

import org.jspecify.annotations.NullMarked;
