/**
 * The authority of a cluster's storage area network: its Secret, the roots that are published, and
 * the identity service that storage pods and their sidecars ask. What is checked, and how the
 * authority is changed, is in {@code docs/identity.md}. Every replica of the operator serves; the
 * one that leads writes.
 */
@NullMarked
package storage.dispersive.operator.identity;

import org.jspecify.annotations.NullMarked;
