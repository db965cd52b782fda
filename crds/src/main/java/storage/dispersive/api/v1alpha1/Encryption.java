package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a volume's key is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.key != 'Secret' || has(self.secretRef)",
        message = "key: Secret needs a secretRef")
@ValidationRule(
        value = "self.key == 'Secret' || !has(self.secretRef)",
        message = "a secretRef goes with key: Secret only")
public record Encryption(
        @JsonPropertyDescription(
                        "Dispersed splits the key over the storage pods, so that fewer than `data`"
                                + " of them together know nothing of it. Secret takes it from a"
                                + " Secret, and storage pods know nothing at all.")
                @Default("Dispersed")
                Key key,
        @JsonPropertyDescription("The Secret with the key, for key: Secret.")
                @Nullable SecretReference secretRef) {

    /** Who keeps the key. */
    public enum Key {
        @JsonProperty("Dispersed")
        DISPERSED,
        @JsonProperty("Secret")
        SECRET
    }

    /** A Secret in the same namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SecretReference(
            @JsonPropertyDescription(
                            "Name of a Secret in the same namespace whose entry `key` is 32 random"
                                    + " bytes.")
                    @Required
                    @Pattern(Api.SUBDOMAIN)
                    @Size(min = 1, max = Api.MAX_SUBDOMAIN)
                    String name) {}
}
