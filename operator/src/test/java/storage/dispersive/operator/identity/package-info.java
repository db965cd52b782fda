/** Tests of the authority and of the identity service, on a real API server. */
@NullMarked
package storage.dispersive.operator.identity;

import org.jspecify.annotations.NullMarked;
