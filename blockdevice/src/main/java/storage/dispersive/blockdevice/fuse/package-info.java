/**
 * The FUSE face: serves a disk as one file from a descriptor of {@code /dev/fuse}, speaking the
 * kernel's protocol (include/uapi/linux/fuse.h) without libfuse. {@code docs/fuse.md} says why.
 */
@NullMarked
package storage.dispersive.blockdevice.fuse;

import org.jspecify.annotations.NullMarked;
