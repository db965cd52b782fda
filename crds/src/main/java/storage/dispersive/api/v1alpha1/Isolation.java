package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a connection to a storage pod runs in. */
public enum Isolation {
    @JsonProperty("Isolated")
    ISOLATED,
    @JsonProperty("Shared")
    SHARED
}
