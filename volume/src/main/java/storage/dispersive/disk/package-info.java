/** What a face needs to know of a disk: an asynchronous block device and its errors. */
@NullMarked
package storage.dispersive.disk;

import org.jspecify.annotations.NullMarked;
