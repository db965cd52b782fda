package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a volume is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "!has(oldSelf.volumeId) || !has(self.volumeId) || self.volumeId =="
                        + " oldSelf.volumeId || !has(oldSelf.portions) ||"
                        + " oldSelf.portions.all(p, !has(p.incarnation))",
        message =
                "volumeId names what the storage pods hold, and changes only before any portion has"
                        + " an incarnation, that is, while the volume is not founded")
@ValidationRule(
        value =
                "!has(oldSelf.portions) || oldSelf.portions.all(p, !has(p.incarnation) ||"
                        + " (has(self.portions) && self.portions.exists(q, q.index == p.index &&"
                        + " has(q.incarnation))))",
        message =
                "a portion that has an incarnation keeps one: it may be replaced by that of"
                        + " another disk, never taken away")
@ValidationRule(
        value =
                "!has(self.portions) || has(self.volumeId) || self.portions.all(p,"
                        + " !has(p.incarnation))",
        message = "a portion has an incarnation only of a volume that has a volumeId")
@ValidationRule(
        value =
                "!has(oldSelf.format) || (has(self.format) && (self.format == oldSelf.format ||"
                        + " oldSelf.format == 'Begun'))",
        message =
                "format says whether the volume may be formatted, so it never goes back: whoever"
                        + " formats a volume again loses what is on it")
public record DispersiveVolumeStatus(
        @JsonPropertyDescription("The metadata.generation that this status is about.")
                @Nullable Long observedGeneration,
        @JsonPropertyDescription(
                        "Ready: it can be attached. Progressing: something is being done."
                                + " Degraded: storage pods are missing. Attached: a node uses it.")
                @Size(max = 32)
                @Nullable List<Condition> conditions,
        @JsonPropertyDescription(
                        "What the storage pods call the volume. Each attempt to found it takes"
                                + " another; once a portion has an incarnation it stays.")
                @Pattern("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
                @Size(max = 36)
                @Nullable String volumeId,
        @JsonPropertyDescription("Size of the disk that workloads see now.")
                @Nullable Quantity capacity,
        @JsonPropertyDescription("Bytes that the storage pods hold of it, redundancy included.")
                @Nullable Quantity used,
        @JsonPropertyDescription("Size of the claim of each storage pod of its own.")
                @Nullable Quantity claim,
        @JsonPropertyDescription(
                        "How many more storage pods may be missing now while reads and writes go"
                                + " on.")
                @Min(0)
                @Nullable Integer mayBeMissing,
        @JsonPropertyDescription("Who may write it.") @Nullable Attachment attachment,
        @JsonPropertyDescription("The storage pod of each portion.") @Size(max = 32)
                @Nullable List<Portion> portions,
        @JsonPropertyDescription(
                        "The virtual connections of the node that uses it; metrics tell more.")
                @Size(max = 128)
                @Nullable List<Connection> connections,
        @JsonPropertyDescription(
                        "Whether there is a file system. Absent: none was ever made. Begun: one is"
                                + " being made, and nobody has mounted it. Done: it was made, and"
                                + " never is again.")
                @Nullable Format format) {

    /** A volume of which nothing is known yet. */
    public static final DispersiveVolumeStatus NONE =
            new DispersiveVolumeStatus(
                    null, null, null, null, null, null, null, null, null, null, null);

    /** How far a volume's file system is. */
    public enum Format {
        @JsonProperty("Begun")
        BEGUN,
        @JsonProperty("Done")
        DONE
    }
}
