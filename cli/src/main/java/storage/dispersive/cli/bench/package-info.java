/** Measures both faces beside a memory disk of nbdkit, with fio. */
@NullMarked
package storage.dispersive.cli.bench;

import org.jspecify.annotations.NullMarked;
