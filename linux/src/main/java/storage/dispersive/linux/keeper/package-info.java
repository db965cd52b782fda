/**
 * Keeps descriptors alive outside of the process that uses them, so that what they stand for (a
 * FUSE connection and its mount) survives that process.
 */
@NullMarked
package storage.dispersive.linux.keeper;

import org.jspecify.annotations.NullMarked;
