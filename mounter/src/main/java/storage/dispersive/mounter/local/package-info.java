/**
 * The mounter over this machine's kernel. Paths that others name are opened over no symbolic link
 * and acted on by descriptor; devices and mounts that are not of a disk under the own state
 * directory are never changed.
 */
@NullMarked
package storage.dispersive.mounter.local;

import org.jspecify.annotations.NullMarked;
