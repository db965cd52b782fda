package storage.dispersive.api.v1alpha1;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The CustomResourceDefinitions that are made from the types of this module. */
final class Definitions {

    static final List<Class<? extends HasMetadata>> KINDS =
            List.of(DispersiveVolume.class, DispersivePool.class);

    private Definitions() {}

    /** YAML by file name. */
    static Map<String, String> yaml() {
        try {
            Path directory = Files.createTempDirectory("crds");
            new CRDGenerator()
                    .customResourceClasses(KINDS)
                    .forCRDVersions("v1")
                    // Others read YAML 1.1, in which a plain True is no text.
                    .withMinQuotes(false)
                    .withPostProcessor(new DefinitionCompletion())
                    .inOutputDir(directory.toFile())
                    .generate();
            Map<String, String> made = new TreeMap<>();
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String plural = file.getFileName().toString().split("\\.", 2)[0];
                    made.put(plural + ".yaml", Files.readString(file));
                    Files.delete(file);
                }
            }
            Files.delete(directory);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<CustomResourceDefinition> all() {
        return yaml().values().stream()
                .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
                .toList();
    }

    static JSONSchemaProps schema(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    /** Visits a schema and all below it. */
    static void visit(JSONSchemaProps schema, Consumer<JSONSchemaProps> visitor) {
        visitor.accept(schema);
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(child -> visit(child, visitor));
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            visit(schema.getItems().getSchema(), visitor);
        }
        if (schema.getAdditionalProperties() != null
                && schema.getAdditionalProperties().getSchema() != null) {
            visit(schema.getAdditionalProperties().getSchema(), visitor);
        }
    }
}
