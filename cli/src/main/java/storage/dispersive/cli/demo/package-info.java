/** The whole idea on one machine in under a minute, checked byte by byte. */
@NullMarked
package storage.dispersive.cli.demo;

import org.jspecify.annotations.NullMarked;
