package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** As in a pod's specification. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.operator) || self.operator != 'Exists' || !has(self.value)",
        message = "a toleration with the operator Exists has no value")
@ValidationRule(
        value = "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
        message = "a toleration without a key needs the operator Exists")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        message = "tolerationSeconds goes with the effect NoExecute only")
public record Toleration(
        @JsonPropertyDescription("Key of the taint; all keys when absent.")
                @Size(min = 1, max = Api.MAX_LABEL_KEY)
                @Nullable String key,
        @JsonPropertyDescription("Exists, or Equal (when absent), which compares the value.")
                @Nullable Operator operator,
        @JsonPropertyDescription("Value of the taint, for Equal.") @Size(max = 63)
                @Nullable String value,
        @JsonPropertyDescription("Effect of the taint; all effects when absent.")
                @Nullable Effect effect,
        @JsonPropertyDescription("How long a NoExecute taint is tolerated; for ever when absent.")
                @Nullable Long tolerationSeconds) {

    /** How key and value are compared. */
    public enum Operator {
        @JsonProperty("Exists")
        EXISTS,
        @JsonProperty("Equal")
        EQUAL
    }

    /** What a taint does. */
    public enum Effect {
        @JsonProperty("NoSchedule")
        NO_SCHEDULE,
        @JsonProperty("PreferNoSchedule")
        PREFER_NO_SCHEDULE,
        @JsonProperty("NoExecute")
        NO_EXECUTE
    }
}
