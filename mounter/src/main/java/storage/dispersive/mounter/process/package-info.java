/** The mounter's process and its settings. */
@NullMarked
package storage.dispersive.mounter.process;

import org.jspecify.annotations.NullMarked;
