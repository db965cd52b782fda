/**
 * The authority of a cluster's storage network, and the service that gives storage pods their
 * identities: {@code docs/identity.md}. Every replica of the operator serves; only the one that
 * leads writes.
 */
@NullMarked
package storage.dispersive.operator.identity;

import org.jspecify.annotations.NullMarked;
