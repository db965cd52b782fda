/** Certificates and keys as the files that carry them spell them. */
@NullMarked
package storage.dispersive.pem;

import org.jspecify.annotations.NullMarked;
