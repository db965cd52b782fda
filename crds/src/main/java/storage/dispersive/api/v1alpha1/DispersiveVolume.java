package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One disk whose content is dispersed over storage pods. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind("DispersiveVolume")
@ShortNames("dv")
@Categories("dispersive")
@JsonClassDescription(
        "A DispersiveVolume is one disk. What is written to it is encrypted and authenticated"
                + " on the"
                + " node that writes, broken up into portions of which some are redundant, and kept"
                + " by storage pods that each hold one portion of every stripe. Any `redundancy` of"
                + " them may be lost without losing data.")
@ValidationRule(value = Api.NAMES_PODS, message = Api.NAME_FORM)
@ValidationRule(value = Api.NAME_IS_SHORT, message = Api.NAME_LENGTH)
@ValidationRule(
        value =
                "!has(oldSelf.status) || !has(oldSelf.status.volumeId) || (has(self.status) &&"
                        + " has(self.status.volumeId))",
        message = "volumeId names what the storage pods hold: the status that has it stays")
@AdditionalPrinterColumn(
        name = "Size",
        jsonPath = ".spec.size",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Data",
        jsonPath = ".spec.dispersal.data",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Redundancy",
        jsonPath = ".spec.dispersal.redundancy",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "May-Lose",
        jsonPath = ".status.mayBeMissing",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Node",
        jsonPath = ".status.attachment.node",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Pool",
        jsonPath = ".spec.poolRef.name",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Used",
        jsonPath = ".status.used",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class DispersiveVolume
        extends CustomResource<DispersiveVolumeSpec, DispersiveVolumeStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;
}
