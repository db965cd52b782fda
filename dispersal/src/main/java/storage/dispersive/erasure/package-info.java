/**
 * Reed-Solomon code over GF(2^8): any k of k + m portions give back the others. It knows nothing of
 * stripes, pods or sealing.
 */
@NullMarked
package storage.dispersive.erasure;

import org.jspecify.annotations.NullMarked;
