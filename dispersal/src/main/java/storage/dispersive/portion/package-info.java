/**
 * The vocabulary of the log: who wrote (epoch, run), where to (incarnation), and the
 * self-describing portion that carries both. The byte layout is in {@code docs/formats.md}.
 */
@NullMarked
package storage.dispersive.portion;

import org.jspecify.annotations.NullMarked;
