package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where storage pods run. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Placement(
        @JsonPropertyDescription(
                        "Label of nodes that tells failure domains apart, such as"
                                + " kubernetes.io/hostname or topology.kubernetes.io/zone."
                                + " Immutable.")
                @Pattern(Api.LABEL_KEY)
                @Size(min = 1, max = Api.MAX_LABEL_KEY)
                @Default("kubernetes.io/hostname")
                String topologyKey,
        @JsonPropertyDescription(
                        "What happens when there are too few failure domains: DoNotSchedule leaves"
                                + " storage pods pending, ScheduleAnyway puts more of them into one"
                                + " domain, and a condition says what may be lost with it.")
                @Default("DoNotSchedule")
                WhenUnsatisfiable whenUnsatisfiable,
        @JsonPropertyDescription(
                        "How many of a volume's storage pods may run in one failure domain; at most"
                                + " the volume's redundancy, unless whenUnsatisfiable is"
                                + " ScheduleAnyway. For clusters with fewer nodes than portions.")
                @Min(1)
                @Max(31)
                @Default("1")
                int portionsPerDomain,
        @JsonPropertyDescription("Labels that a node must have to run storage pods.")
                @Size(max = 64)
                @Nullable Map<String, String> nodeSelector,
        @JsonPropertyDescription("Taints of nodes that storage pods tolerate.") @Size(max = 64)
                @Nullable List<Toleration> tolerations) {}
