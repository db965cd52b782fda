/** Tests of the API's types. */
@NullMarked
package storage.dispersive.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
