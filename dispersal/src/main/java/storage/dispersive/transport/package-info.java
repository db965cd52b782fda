/**
 * The wire protocol over TCP and mutual TLS 1.3, on one event loop per process. What is said, and
 * who may say it, is in {@code docs/wire-protocol.md}.
 */
@NullMarked
package storage.dispersive.transport;

import org.jspecify.annotations.NullMarked;
