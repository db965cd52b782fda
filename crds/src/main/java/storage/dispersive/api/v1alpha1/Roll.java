package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** How long a virtual connection is used. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Roll(
        @JsonPropertyDescription(
                        "Age at which a connection is replaced, from 1m to 720h, such as 1h30m.")
                @Size(max = 32)
                @ValidationRule(
                        value = "self.matches('^([0-9]{1,9}(h|m|s))+$')",
                        message =
                                "after is a duration of hours, minutes and seconds, such as 1h30m")
                @ValidationRule(
                        value =
                                "!self.matches('^([0-9]{1,9}(h|m|s))+$') || (duration(self) >="
                                        + " duration('1m') && duration(self) <= duration('720h'))",
                        message = "after is from 1m to 720h")
                @Default("1h")
                String after,
        @JsonPropertyDescription(
                        "Bytes after which a connection is replaced, at least 1Gi, such as 64Gi.")
                @ValidationRule(
                        value =
                                "isQuantity(string(self)) &&"
                                        + " quantity(string(self)).compareTo(quantity('1Gi')) >= 0",
                        message = "bytes is a number of bytes of at least 1Gi, such as 64Gi")
                @Default("64Gi")
                Quantity bytes) {}
