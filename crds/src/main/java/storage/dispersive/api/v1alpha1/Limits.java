package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** How fast a volume may be. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Limits(
        @JsonPropertyDescription(
                        "Bytes that workloads may write in a second, such as 100Mi; redundancy"
                                + " comes on top. Absent: as fast as it goes.")
                @ValidationRule(value = Api.IS_QUANTITY, message = Limits.FORM)
                @ValidationRule(value = Api.COMPARED + "'64Ki')) >= 0", message = Limits.LEAST)
                @Nullable Quantity writeBytesPerSecond,
        @JsonPropertyDescription(
                        "Bytes that workloads may read in a second, such as 100Mi. Absent: as fast"
                                + " as it goes.")
                @ValidationRule(value = Api.IS_QUANTITY, message = Limits.FORM)
                @ValidationRule(value = Api.COMPARED + "'64Ki')) >= 0", message = Limits.LEAST)
                @Nullable Quantity readBytesPerSecond) {

    static final String FORM = "a limit is a number of bytes, such as 100Mi";
    static final String LEAST = "a limit is at least 64Ki; remove it if there is to be none";
}
