package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** The geometry of a volume's stripes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.data + self.redundancy <= 32",
        message = "data and redundancy are together at most 32")
public record Dispersal(
        @JsonPropertyDescription(
                        "Data portions of a full stripe (k). Any k of the k + m portions give the"
                                + " data back. With k <= m fewer than m pods may be missing while"
                                + " writes go on: m + 1 must live.")
                @Min(1)
                @Max(31)
                @Default("4")
                int data,
        @JsonPropertyDescription(
                        "Redundant portions of each stripe (m): so many storage pods may be lost"
                                + " without losing data.")
                @Min(1)
                @Max(31)
                @Default("2")
                int redundancy) {

    /** Storage pods that a volume needs. */
    public int portions() {
        return data + redundancy;
    }
}
