package storage.dispersive.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The definitions that are installed are those of the types. {@code -Dcrds.write=true} writes them
 * anew.
 */
class DefinitionsTest {

    private static final Path INSTALLED = Path.of("../charts/dispersive/crds");

    @Test
    void theChartHasTheDefinitionsThatTheTypesMake() throws IOException {
        for (Map.Entry<String, String> made : Definitions.yaml().entrySet()) {
            Path file = INSTALLED.resolve(made.getKey());
            if (Boolean.getBoolean("crds.write")) {
                Files.createDirectories(INSTALLED);
                Files.writeString(file, made.getValue());
            }
            assertThat(file)
                    .as("run ./mvnw -pl crds -am test -Dcrds.write=true")
                    .content()
                    .isEqualTo(made.getValue());
        }
    }

    @Test
    void everyFieldIsDocumented() {
        for (CustomResourceDefinition definition : Definitions.all()) {
            List<String> silent = new ArrayList<>();
            JSONSchemaProps root = Definitions.schema(definition);
            assertThat(root.getDescription()).isNotBlank();
            root.getProperties().forEach((name, field) -> collectSilent(name, field, silent));
            assertThat(silent).as(definition.getMetadata().getName()).isEmpty();
        }
    }

    private static void collectSilent(String path, JSONSchemaProps field, List<String> silent) {
        if (field.getDescription() == null || field.getDescription().isBlank()) {
            silent.add(path);
        }
        if (field.getProperties() != null) {
            field.getProperties()
                    .forEach((name, child) -> collectSilent(path + "." + name, child, silent));
        }
        if (field.getItems() != null && field.getItems().getSchema().getProperties() != null) {
            field.getItems()
                    .getSchema()
                    .getProperties()
                    .forEach((name, child) -> collectSilent(path + "[]." + name, child, silent));
        }
    }

    @Test
    void nothingUnknownIsKept() {
        for (CustomResourceDefinition definition : Definitions.all()) {
            Definitions.visit(
                    Definitions.schema(definition),
                    schema -> assertThat(schema.getXKubernetesPreserveUnknownFields()).isNull());
        }
    }

    @Test
    void aVolumeIsNotScaled() {
        for (CustomResourceDefinition definition : Definitions.all()) {
            var subresources = definition.getSpec().getVersions().getFirst().getSubresources();
            assertThat(subresources.getStatus()).isNotNull();
            assertThat(subresources.getScale()).isNull();
        }
    }
}
