package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody wants of a pool. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DispersivePoolSpec(
        @JsonPropertyDescription(
                        "Number of storage pods; at least as many as the widest volume has"
                                + " portions. It may grow, never shrink.")
                @Required
                @Min(2)
                @Max(256)
                @ValidationRule(
                        value = "self >= oldSelf",
                        message =
                                "pods may grow, never shrink: the portions on those that go"
                                        + " would be"
                                        + " lost")
                int pods,
        @JsonPropertyDescription("What each storage pod claims.") @Required PoolStorage storage,
        @JsonPropertyDescription("Over which failure domains the storage pods are spread.")
                @Default("{}")
                @ValidationRule(
                        value = "self.topologyKey == oldSelf.topologyKey",
                        message = Api.TOPOLOGY_STAYS)
                Placement placement,
        @JsonPropertyDescription(
                        "Isolated storage pods have a sidecar that makes virtual network machines,"
                                + " and take no portion otherwise; Shared ones take portions at"
                                + " their ordinary address. Immutable.")
                @Default("Isolated")
                @ValidationRule(
                        value = "self == oldSelf",
                        message = "isolation is immutable, as volumes in the pool rely on it")
                Isolation isolation,
        @JsonPropertyDescription(
                        "NetworkAttachmentDefinitions (Multus), by name, of further networks of the"
                                + " storage pods, over which connections are spread.")
                @Size(min = 1, max = 8)
                @ValidationRule(value = Api.ALL_DIFFER, message = Api.PATH_TWICE)
                @ValidationRule(value = Api.ALL_ARE_PATHS, message = Api.NO_PATH)
                @Nullable List<@Size(min = 1, max = 63) String> paths,
        @JsonPropertyDescription(
                        "What becomes of the claims of the storage pods when the pool is deleted,"
                                + " which is refused while it holds volumes.")
                @Default("Retain")
                ReclaimPolicy reclaimPolicy) {}
