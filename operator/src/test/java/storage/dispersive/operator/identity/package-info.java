/** The identity service against a real API server, which issues and reviews tokens. */
@NullMarked
package storage.dispersive.operator.identity;

import org.jspecify.annotations.NullMarked;
