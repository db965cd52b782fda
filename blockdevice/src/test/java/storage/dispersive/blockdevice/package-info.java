/** What tests of all faces share. */
@NullMarked
package storage.dispersive.blockdevice;

import org.jspecify.annotations.NullMarked;
