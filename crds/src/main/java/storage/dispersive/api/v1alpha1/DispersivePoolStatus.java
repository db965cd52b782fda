package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a pool is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DispersivePoolStatus(
        @JsonPropertyDescription("The metadata.generation that this status is about.")
                @Nullable Long observedGeneration,
        @JsonPropertyDescription(
                        "Ready: volumes can be made and attached. Progressing: something is being"
                                + " done. Degraded: storage pods are missing.")
                @Size(max = 32)
                @Nullable List<Condition> conditions,
        @JsonPropertyDescription("Storage pods that serve.") @Min(0) @Nullable Integer serving,
        @JsonPropertyDescription("Volumes that have portions here.") @Min(0)
                @Nullable Integer volumes,
        @JsonPropertyDescription("Bytes that all storage pods together can hold.")
                @Nullable Quantity capacity,
        @JsonPropertyDescription("Bytes that they hold, redundancy included.")
                @Nullable Quantity used,
        @JsonPropertyDescription("Each storage pod.") @Size(max = 256)
                @Nullable List<PoolPod> pods) {

    /** A pool of which nothing is known yet. */
    public static final DispersivePoolStatus NONE =
            new DispersivePoolStatus(null, null, null, null, null, null, null);

    /** One storage pod of a pool. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PoolPod(
            @JsonPropertyDescription("Ordinal in the StatefulSet.") @Required @Min(0) int index,
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
            @JsonPropertyDescription("How the pod is.") @Required Portion.State state,
            @JsonPropertyDescription(
                            "Life of the pod's disk; a disk that was lost and made anew has"
                                    + " another one.")
                    @Pattern("^[0-9a-f]{16}$")
                    @Size(max = 16)
                    @Nullable String incarnation,
            @JsonPropertyDescription("Volumes that have a portion here.") @Min(0)
                    @Nullable Integer volumes,
            @JsonPropertyDescription("Bytes that it can hold.") @Nullable Quantity capacity,
            @JsonPropertyDescription("Bytes that it holds.") @Nullable Quantity used) {}
}
