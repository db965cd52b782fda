package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** What somebody wants of a volume. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.poolRef) == has(oldSelf.poolRef)",
        message = "a volume cannot move into a pool or out of one; make another volume and copy")
@ValidationRule(
        value = "!has(self.poolRef) || !has(self.storage)",
        message = "storage is the pool's when there is a poolRef; remove one of both")
@ValidationRule(
        value = "!has(self.poolRef) || !has(self.placement)",
        message = "placement is the pool's when there is a poolRef; remove one of both")
@ValidationRule(
        value = "!has(self.poolRef) || !has(self.network) || !has(self.network.paths)",
        message = "paths are the pool's when there is a poolRef; remove one of both")
@ValidationRule(
        value =
                "!has(self.placement) || self.placement.whenUnsatisfiable == 'ScheduleAnyway' ||"
                        + " self.placement.portionsPerDomain <= self.dispersal.redundancy",
        message =
                "more than `redundancy` portions in one failure domain would be lost with it;"
                        + " choose"
                        + " a smaller portionsPerDomain, or whenUnsatisfiable: ScheduleAnyway"
                        + " if that"
                        + " is acceptable")
@ValidationRule(
        value =
                "(has(self.storage) && has(self.storage.storageClassName) ?"
                        + " self.storage.storageClassName : '') == (has(oldSelf.storage) &&"
                        + " has(oldSelf.storage.storageClassName) ?"
                        + " oldSelf.storage.storageClassName : '')",
        message = "storageClassName is immutable, as claims are; make another volume and copy")
@ValidationRule(
        value =
                "(has(self.placement) ? self.placement.topologyKey : 'kubernetes.io/hostname') =="
                        + " (has(oldSelf.placement) ? oldSelf.placement.topologyKey :"
                        + " 'kubernetes.io/hostname')",
        message = Api.TOPOLOGY_STAYS)
@ValidationRule(
        value = "self.network.isolation == oldSelf.network.isolation",
        message = "isolation is immutable; make another volume and copy")
public record DispersiveVolumeSpec(
        @JsonPropertyDescription(
                        "Size of the disk that workloads see, such as 100Gi; rounded up to a"
                                + " multiple of 4096 bytes. It may grow, never shrink.")
                @Required
                @ValidationRule(
                        value = Api.IS_QUANTITY,
                        message = "size is a number of bytes, such as 100Gi")
                @ValidationRule(
                        value = Api.COMPARED + "'1Mi')) >= 0",
                        message = "size is at least 1Mi")
                @ValidationRule(
                        value = Api.COMPARED + "'64Ti')) <= 0",
                        message = "size is at most 64Ti")
                @ValidationRule(
                        value = Api.HAS_NOT_SHRUNK,
                        message = "size may grow, never shrink: what lies beyond would be lost")
                Quantity size,
        @JsonPropertyDescription(
                        "Into how many portions each stripe is split, and how many redundant ones"
                                + " are added. Immutable.")
                @Default("{}")
                @ValidationRule(
                        value = "self == oldSelf",
                        message = "dispersal is immutable; make another volume and copy")
                Dispersal dispersal,
        @JsonPropertyDescription(
                        "Where the volume's own storage pods keep their portions. Left away with a"
                                + " poolRef.")
                @Nullable VolumeStorage storage,
        @JsonPropertyDescription(
                        "Over which failure domains the volume's own storage pods are spread. Left"
                                + " away with a poolRef.")
                @Nullable Placement placement,
        @JsonPropertyDescription(
                        "The DispersivePool in the same namespace whose storage pods keep this"
                                + " volume, instead of pods of its own. Immutable.")
                @ValidationRule(
                        value = "self == oldSelf",
                        message =
                                "a volume cannot move to another pool; make another volume and"
                                        + " copy")
                @Nullable PoolReference poolRef,
        @JsonPropertyDescription(
                        "How the connections between the node that uses the volume and its storage"
                                + " pods are made.")
                @Default("{}")
                Network network,
        @JsonPropertyDescription("Where the key is that the volume is encrypted with. Immutable.")
                @Default("{}")
                @ValidationRule(
                        value = "self == oldSelf",
                        message =
                                "encryption is immutable; what is written can only be read with its"
                                        + " key")
                Encryption encryption,
        @JsonPropertyDescription(
                        "What becomes of the data when this resource is deleted: Retain keeps the"
                                + " claims of the volume's own storage pods (in a pool: the"
                                + " portions)"
                                + " for an administrator to deal with, Delete removes them.")
                @Default("Retain")
                ReclaimPolicy reclaimPolicy,
        @JsonPropertyDescription(
                        "How fast the volume may be on the node that uses it. May change at any"
                                + " time.")
                @Nullable Limits limits) {

    /** Without limits. */
    public DispersiveVolumeSpec(
            Quantity size,
            Dispersal dispersal,
            @Nullable VolumeStorage storage,
            @Nullable Placement placement,
            @Nullable PoolReference poolRef,
            Network network,
            Encryption encryption,
            ReclaimPolicy reclaimPolicy) {
        this(
                size,
                dispersal,
                storage,
                placement,
                poolRef,
                network,
                encryption,
                reclaimPolicy,
                null);
    }
}
