/**
 * What an engine and a storage pod say to each other. The bytes are in {@code
 * docs/wire-protocol.md}, the rules in {@code docs/protocol.md}.
 */
@NullMarked
package storage.dispersive.wire;

import org.jspecify.annotations.NullMarked;
