package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One aspect of how a resource is, in the form of all of Kubernetes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @JsonPropertyDescription("Which aspect, such as Ready.") @Required @Size(min = 1, max = 316)
                String type,
        @JsonPropertyDescription("Whether it holds: True, False or Unknown.") @Required
                Truth status,
        @JsonPropertyDescription(
                        "The metadata.generation that was looked at; an older one than the"
                                + " resource's means that this is out of date.")
                @Nullable Long observedGeneration,
        @JsonPropertyDescription("When the status changed last (RFC 3339).")
                @Required
                @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$")
                @Size(max = 64)
                String lastTransitionTime,
        @JsonPropertyDescription("Why, in one word for programs.")
                @Required
                @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
                @Size(min = 1, max = 1024)
                String reason,
        @JsonPropertyDescription("Why, for people, and what to do.") @Required @Size(max = 32768)
                String message) {

    /** Whether something holds. */
    public enum Truth {
        @JsonProperty("True")
        TRUE,
        @JsonProperty("False")
        FALSE,
        @JsonProperty("Unknown")
        UNKNOWN
    }
}
