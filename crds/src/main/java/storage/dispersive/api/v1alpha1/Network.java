package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The virtual connections of a volume. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.isolation == 'Isolated' || !has(self.roll)",
        message = "only isolated connections are rolled; remove roll, or ask for Isolated")
public record Network(
        @JsonPropertyDescription(
                        "Isolated gives each connection a virtual network machine at both ends, a"
                                + " network namespace with a VXLAN link of its own, which needs a"
                                + " sidecar with NET_ADMIN and SYS_ADMIN. Shared uses plain sockets"
                                + " and must be asked for; a condition says so.")
                @Default("Isolated")
                Isolation isolation,
        @JsonPropertyDescription(
                        "When a connection is replaced by one with other addresses, make before"
                                + " break. Absent: after an hour or 64Gi.")
                @Nullable Roll roll,
        @JsonPropertyDescription(
                        "NetworkAttachmentDefinitions (Multus), by name, of further networks of the"
                                + " storage pods. Connections are spread over them, so that where"
                                + " they suffice no path carries more than `redundancy` portions of"
                                + " a stripe.")
                @Size(min = 1, max = 8)
                @ValidationRule(value = Api.ALL_DIFFER, message = Api.PATH_TWICE)
                @ValidationRule(value = Api.ALL_ARE_PATHS, message = Api.NO_PATH)
                @Nullable List<@Size(min = 1, max = 63) String> paths) {}
