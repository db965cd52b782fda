package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of data whose resource is deleted. */
public enum ReclaimPolicy {
    @JsonProperty("Retain")
    RETAIN,
    @JsonProperty("Delete")
    DELETE
}
