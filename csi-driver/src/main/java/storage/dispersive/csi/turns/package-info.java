/**
 * Decorators of both services: one call at a time for each volume, and who asks for the same again
 * waits for what runs.
 */
@NullMarked
package storage.dispersive.csi.turns;

import org.jspecify.annotations.NullMarked;
