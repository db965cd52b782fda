/**
 * The API {@code dispersive.storage/v1alpha1}. The records are what a resource says, as it stands
 * in the cluster: whoever acts on one gets it from an API server that has validated it, and fields
 * that a newer version has are ignored. Immutable. The CustomResourceDefinitions in {@code
 * charts/dispersive/crds} are made from these types.
 */
@NullMarked
package storage.dispersive.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
