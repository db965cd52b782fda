/**
 * What is asked of the mounter, the only privileged process of a node: to open disks, attach
 * devices, make and mount file systems, and to tell what there is. Everything may be asked again
 * after a crash of anybody at any point.
 */
@NullMarked
package storage.dispersive.mounter;

import org.jspecify.annotations.NullMarked;
