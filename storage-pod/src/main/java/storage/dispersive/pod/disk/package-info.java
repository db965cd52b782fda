/** What the portion store needs of a disk: one directory of files, and proof of durability. */
@NullMarked
package storage.dispersive.pod.disk;

import org.jspecify.annotations.NullMarked;
