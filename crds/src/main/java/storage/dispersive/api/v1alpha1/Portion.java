package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The storage pod that keeps one portion of each stripe. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Portion(
        @JsonPropertyDescription("Which portion: 0 to data + redundancy - 1.")
                @Required
                @Min(0)
                @Max(31)
                int index,
        @JsonPropertyDescription("Name of the storage pod.")
                @Required
                @Size(min = 1, max = Api.MAX_SUBDOMAIN)
                String pod,
        @JsonPropertyDescription("Address of the pod; absent when it has none.") @Size(max = 64)
                @Nullable String address,
        @JsonPropertyDescription("Node that the pod runs on.") @Size(max = Api.MAX_SUBDOMAIN)
                @Nullable String node,
        @JsonPropertyDescription("Failure domain of that node.") @Size(max = Api.MAX_SUBDOMAIN)
                @Nullable String domain,
        @JsonPropertyDescription("How the pod is.") @Required State state,
        @JsonPropertyDescription(
                        "Life of the pod's disk that is admitted; a disk that was lost and"
                                + " made anew"
                                + " has another one and must not vote.")
                @Pattern("^[0-9a-f]{16}$")
                @Size(max = 16)
                @Nullable String incarnation,
        @JsonPropertyDescription("First stripe that this life of the disk may answer for.") @Min(0)
                @Nullable Long admittedFromSeq,
        @JsonPropertyDescription("Bytes that the pod holds of this volume.")
                @Nullable Quantity bytes) {

    /** Of a pod of which nothing is known but its name. */
    public static Portion unknown(int index, String pod) {
        return new Portion(index, pod, null, null, null, State.PENDING, null, null, null);
    }

    /** The same with another admitted life of its disk; with none where both are null. */
    public Portion admitted(@Nullable String life, @Nullable Long fromSeq) {
        return new Portion(index, pod, address, node, domain, state, life, fromSeq, bytes);
    }

    /** How a storage pod is. */
    public enum State {
        /** There is none, or it has no node. */
        @JsonProperty("Pending")
        PENDING,
        /** It has a node, and does not serve. */
        @JsonProperty("Starting")
        STARTING,
        @JsonProperty("Serving")
        SERVING,
        /** Its disk is not the one that was admitted. */
        @JsonProperty("Wiped")
        WIPED
    }
}
