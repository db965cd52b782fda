/**
 * The portion store: keeps portions of many volumes in one directory, and the promises that {@code
 * docs/protocol.md} asks of a pod. The files are described in {@code docs/store-format.md}.
 */
@NullMarked
package storage.dispersive.pod.store;

import org.jspecify.annotations.NullMarked;
