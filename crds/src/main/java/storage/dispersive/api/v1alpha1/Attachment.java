package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One node's right to write a volume. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attachment(
        @JsonPropertyDescription(
                        "Counts the attachments of the volume. Whoever takes the next one by"
                                + " compare-and-set has fenced all before it.")
                @Required
                @Min(1)
                long generation,
        @JsonPropertyDescription("Name of the node.") @Size(max = Api.MAX_SUBDOMAIN)
                @Nullable String node,
        @JsonPropertyDescription("Highest epoch that is known to have written: GENERATION.RUN.")
                @Size(max = 64)
                @Nullable String epoch,
        @JsonPropertyDescription("Since when (RFC 3339).") @Size(max = 64) @Nullable String since,
        @JsonPropertyDescription(
                        "How the node holds the volume. Attached (or absent): it may open it, and"
                                + " has not. Open: it has opened it, and has not said that it let"
                                + " go. Leaving: it is open, and the node is to let go.")
                @Nullable Hold hold) {

    /** How a node holds a volume. */
    public enum Hold {
        @JsonProperty("Attached")
        ATTACHED,
        @JsonProperty("Open")
        OPEN,
        @JsonProperty("Leaving")
        LEAVING
    }

    /** A node's that has not opened it, as far as is known. */
    public Attachment(
            long generation,
            @Nullable String node,
            @Nullable String epoch,
            @Nullable String since) {
        this(generation, node, epoch, since, null);
    }
}
