/** What serves a volume in a process: its engine, its way to the pods, and what is told of them. */
@NullMarked
package storage.dispersive.engine;

import org.jspecify.annotations.NullMarked;
