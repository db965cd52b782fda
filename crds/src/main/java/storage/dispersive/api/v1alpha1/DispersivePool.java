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

/** Storage pods that many volumes share. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind("DispersivePool")
@ShortNames("dpool")
@Categories("dispersive")
@JsonClassDescription(
        "A DispersivePool is a set of storage pods that many volumes share: a volume with a poolRef"
                + " makes no pods of its own, it takes as many of the pool's as it has portions,"
                + " with keys, certificates and connections of its own.")
@ValidationRule(value = Api.NAMES_PODS, message = Api.NAME_FORM)
@ValidationRule(value = Api.NAME_IS_SHORT, message = Api.NAME_LENGTH)
@AdditionalPrinterColumn(
        name = "Pods",
        jsonPath = ".spec.pods",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Serving",
        jsonPath = ".status.serving",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Volumes",
        jsonPath = ".status.volumes",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Capacity",
        jsonPath = ".status.capacity",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Used",
        jsonPath = ".status.used",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class DispersivePool extends CustomResource<DispersivePoolSpec, DispersivePoolStatus>
        implements Namespaced {

    private static final long serialVersionUID = 1L;
}
