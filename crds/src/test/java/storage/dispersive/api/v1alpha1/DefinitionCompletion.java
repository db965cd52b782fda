package storage.dispersive.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/** Adds to a definition what the generator has no annotations for, and mends what it does wrong. */
final class DefinitionCompletion implements CRDPostProcessor {

    @Override
    public HasMetadata process(HasMetadata crd, String crdVersion) {
        if (crd instanceof CustomResourceDefinition definition) {
            Class<?> kind =
                    Definitions.KINDS.stream()
                            .filter(type -> HasMetadata.getKind(type).equals(kind(definition)))
                            .findFirst()
                            .orElseThrow();
            definition.getSpec().getVersions().forEach(version -> complete(version, kind));
        }
        return crd;
    }

    private static String kind(CustomResourceDefinition definition) {
        return definition.getSpec().getNames().getKind();
    }

    private static void complete(CustomResourceDefinitionVersion version, Class<?> kind) {
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        root.setRequired(List.of("spec"));
        root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
        child(root, "spec").setDescription("What is wanted.");
        child(root, "status").setDescription("What is; written by the operator and the driver.");
        keyed(root, "conditions", "type");
        keyed(root, "portions", "index");
        keyed(root, "pods", "index");
        Definitions.visit(root, DefinitionCompletion::replaceListsAsAWhole);
        Definitions.visit(root, DefinitionCompletion::sayOnce);
        Definitions.visit(root, DefinitionCompletion::takeDefaultsOfFields);
        List<String> columns =
                Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                        .map(AdditionalPrinterColumn::name)
                        .toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> columns.indexOf(column.getName())));
    }

    private static JSONSchemaProps child(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    /** So that several writers can each own a row by server-side apply. */
    private static void keyed(JSONSchemaProps root, String list, String key) {
        JSONSchemaProps rows = child(root, "status").getProperties().get(list);
        if (rows != null) {
            rows.setXKubernetesListType("map");
            rows.setXKubernetesListMapKeys(List.of(key));
        }
    }

    private static void replaceListsAsAWhole(JSONSchemaProps schema) {
        if ("array".equals(schema.getType()) && schema.getXKubernetesListType() == null) {
            schema.setXKubernetesListType("atomic");
        }
    }

    /** A record's component and its accessor carry the same annotations. */
    private static void sayOnce(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(
                new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    }

    /**
     * The generator puts a record's zeros into the default of an object; an API server wants there
     * what the fields' own defaults are.
     */
    private static void takeDefaultsOfFields(JSONSchemaProps schema) {
        if (schema.getDefault() instanceof ObjectNode) {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            schema.getProperties()
                    .forEach((name, field) -> {
                        if (field.getDefault() != null) {
                            fields.set(name, field.getDefault());
                        }
                    });
            schema.setDefault(fields);
        }
    }
}
