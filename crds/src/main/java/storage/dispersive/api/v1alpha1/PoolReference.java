package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A DispersivePool in the same namespace. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PoolReference(
        @JsonPropertyDescription("Name of the DispersivePool.")
                @Required
                @Pattern(Api.SUBDOMAIN)
                @Size(min = 1, max = Api.MAX_SUBDOMAIN)
                String name) {}
