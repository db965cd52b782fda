/** The process that serves one attached volume, and the socket over which it says how it is. */
@NullMarked
package storage.dispersive.cli.engine;

import org.jspecify.annotations.NullMarked;
