package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One virtual connection between the node that uses a volume and a storage pod. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Connection(
        @JsonPropertyDescription("Index of the portions that travel over it.")
                @Required
                @Min(0)
                @Max(31)
                int portion,
        @JsonPropertyDescription("Write or Read.") @Required Session session,
        @JsonPropertyDescription("Virtual network machine that it runs in; absent when Shared.")
                @Size(max = 64)
                @Nullable String machine,
        @JsonPropertyDescription("Address at the storage pod's end.") @Size(max = 64)
                @Nullable String address,
        @JsonPropertyDescription("Open, Silent or Closed.") @Required State state) {

    /** What a connection is for. */
    public enum Session {
        @JsonProperty("Write")
        WRITE,
        @JsonProperty("Read")
        READ
    }

    /** How a connection is. */
    public enum State {
        @JsonProperty("Open")
        OPEN,
        @JsonProperty("Silent")
        SILENT,
        @JsonProperty("Closed")
        CLOSED
    }
}
