/**
 * What the kernel puts above the FUSE session: the mount that shows the disk as a file, and the
 * loop device that makes a block device of it. Needs the rights of root.
 */
@NullMarked
package storage.dispersive.blockdevice.loop;

import org.jspecify.annotations.NullMarked;
