/**
 * The log-structured virtual disk: an engine that fences, recovers and then serves one volume. The
 * protocol is in {@code docs/protocol.md}; all of it runs on one {@link
 * storage.dispersive.loop.EventLoop}.
 */
@NullMarked
package storage.dispersive.volume;

import org.jspecify.annotations.NullMarked;
