package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What a volume's own storage pods claim. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeStorage(
        @JsonPropertyDescription(
                        "StorageClass of the claims of the storage pods; the cluster's default when"
                                + " absent. Immutable.")
                @Pattern(Api.SUBDOMAIN)
                @Size(min = 1, max = Api.MAX_SUBDOMAIN)
                @Nullable String storageClassName,
        @JsonPropertyDescription(
                        "How much larger than size / data each claim is, from 10% to 400%: room for"
                                + " what was overwritten and is not cleaned up yet.")
                @Pattern("^[0-9]{2,3}%$")
                @ValidationRule(
                        value =
                                "!self.matches('^[0-9]{2,3}%$') || (int(self.replace('%', ''))"
                                        + " >= 10"
                                        + " && int(self.replace('%', '')) <= 400)",
                        message = "overhead is from 10% to 400%")
                @Size(max = 4)
                @Default("25%")
                String overhead) {}
