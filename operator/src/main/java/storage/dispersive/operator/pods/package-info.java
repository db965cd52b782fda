/**
 * A set of storage pods, whoever owns it, and the Kubernetes objects that it is made of: one class
 * for each, which says what that object is to be and touches no cluster. Immutable, for any thread.
 */
@NullMarked
package storage.dispersive.operator.pods;

import org.jspecify.annotations.NullMarked;
