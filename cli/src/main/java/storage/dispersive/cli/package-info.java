/** The command line: a class per command, each as thin as can be. */
@NullMarked
package storage.dispersive.cli;

import org.jspecify.annotations.NullMarked;
