package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** What each storage pod of a pool claims. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "has(self.storageClassName) == has(oldSelf.storageClassName) &&"
                        + " (!has(self.storageClassName) || self.storageClassName =="
                        + " oldSelf.storageClassName)",
        message =
                "storageClassName is immutable, as claims are; make another pool and move volumes")
public record PoolStorage(
        @JsonPropertyDescription(
                        "StorageClass of the claims; the cluster's default when absent. Immutable.")
                @Pattern(Api.SUBDOMAIN)
                @Size(min = 1, max = Api.MAX_SUBDOMAIN)
                @Nullable String storageClassName,
        @JsonPropertyDescription(
                        "Size of each claim, such as 500Gi. It may grow, where the StorageClass"
                                + " allows it, never shrink.")
                @Required
                @ValidationRule(
                        value = Api.IS_QUANTITY,
                        message = "size is a number of bytes, such as 500Gi")
                @ValidationRule(
                        value = Api.COMPARED + "'256Mi')) >= 0",
                        message = "size is at least 256Mi")
                @ValidationRule(
                        value = Api.COMPARED + "'64Ti')) <= 0",
                        message = "size is at most 64Ti")
                @ValidationRule(
                        value = Api.HAS_NOT_SHRUNK,
                        message = "size may grow, never shrink, as claims do")
                Quantity size) {}
