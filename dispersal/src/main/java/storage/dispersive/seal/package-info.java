/**
 * Keys, sealed blocks and header MACs: what makes a portion worthless to whoever holds it without
 * the volume's key, and a change in it evident. {@code docs/sealing.md} argues why.
 */
@NullMarked
package storage.dispersive.seal;

import org.jspecify.annotations.NullMarked;
