package storage.dispersive.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import storage.dispersive.apiserver.ApiServer;

/** A real API server takes what can be, and refuses what cannot with words that say what to do. */
class ValidationTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String NAMESPACE = "default";
    private static final int LEAST_MISTAKES = 40;

    private static @Nullable ApiServer server;
    private static @Nullable KubernetesClient client;

    private enum Kind {
        VOLUME("DispersiveVolume"),
        POOL("DispersivePool");

        private final String name;

        Kind(String name) {
            this.name = name;
        }

        private String file(String prefix, String suffix) {
            String word = this == VOLUME ? "volume" : "pool";
            return prefix + word + suffix + ".yaml";
        }
    }

    /** A specification that cannot be. */
    private record Mistake(@Nullable String name, Map<String, Object> spec, String says) {}

    /** A change that may not be where {@code says} is there. */
    private record Change(
            Map<String, Object> from, Map<String, Object> to, @Nullable String says) {}

    @BeforeAll
    static void start() {
        server = ApiServer.start();
        client = server.client();
        for (CustomResourceDefinition definition : Definitions.all()) {
            client.resource(definition).create();
        }
        for (CustomResourceDefinition definition : Definitions.all()) {
            client.resource(definition)
                    .waitUntilCondition(
                            crd ->
                                    crd != null
                                            && crd.getStatus() != null
                                            && crd.getStatus().getConditions().stream()
                                                    .anyMatch(is ->
                                                            is.getType().equals("Established")
                                                                    && is.getStatus()
                                                                            .equals("True")),
                            30,
                            TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> whatCanBeIsTaken() {
        return Stream.of(Kind.values())
                .flatMap(kind ->
                        read(
                                        kind.file("valid-", "s"),
                                        new TypeReference<List<Map<String, Object>>>() {})
                                .stream()
                                .map(spec ->
                                        DynamicTest.dynamicTest(
                                                kind + " " + spec,
                                                () -> create(kind, "valid", spec).delete())));
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBeIsRefused() {
        return Stream.of(Kind.values())
                .flatMap(kind -> {
                    List<Mistake> mistakes =
                            read(kind.file("invalid-", "s"), new TypeReference<>() {});
                    assertThat(mistakes).hasSizeGreaterThanOrEqualTo(LEAST_MISTAKES);
                    return mistakes.stream()
                            .map(mistake ->
                                    DynamicTest.dynamicTest(
                                            kind + " " + mistake, () -> refused(kind, mistake)));
                });
    }

    private static void refused(Kind kind, Mistake mistake) {
        String name = Objects.requireNonNullElse(mistake.name(), "invalid");
        refused(() -> create(kind, name, mistake.spec()), mistake.says());
    }

    @TestFactory
    Stream<DynamicTest> onlySomeThingsMayChange() {
        return Stream.of(Kind.values())
                .flatMap(kind ->
                        read(kind.file("", "-changes"), new TypeReference<List<Change>>() {})
                                .stream()
                                .map(change ->
                                        DynamicTest.dynamicTest(
                                                kind + " " + change, () -> change(kind, change))));
    }

    private static void change(Kind kind, Change change) {
        Resource<GenericKubernetesResource> made = create(kind, "changed", change.from());
        try {
            String says = change.says();
            if (says == null) {
                update(kind, change.to());
            } else {
                refused(() -> update(kind, change.to()), says);
            }
        } finally {
            made.delete();
        }
    }

    @Test
    void whatIsLeftAwayGetsItsDefault() {
        create(
                Kind.VOLUME,
                "defaults",
                Map.of("size", "1Gi", "storage", Map.of(), "placement", Map.of()));
        DispersiveVolume volume = volumes("defaults").get();
        assertThat(volume.getSpec())
                .isEqualTo(
                        new DispersiveVolumeSpec(
                                new Quantity("1Gi"),
                                new Dispersal(4, 2),
                                new VolumeStorage(null, "25%"),
                                new Placement(
                                        "kubernetes.io/hostname",
                                        WhenUnsatisfiable.DO_NOT_SCHEDULE,
                                        1,
                                        null,
                                        null),
                                null,
                                new Network(Isolation.ISOLATED, null, null),
                                new Encryption(Encryption.Key.DISPERSED, null),
                                ReclaimPolicy.RETAIN));
        volumes("defaults").delete();
    }

    /** A client of an older version leaves alone what a newer one has said. */
    @Test
    void fieldsOfALaterVersionAreReadOver() {
        DispersiveVolume volume =
                Serialization.unmarshal(
                        """
                        apiVersion: dispersive.storage/v1alpha1
                        kind: DispersiveVolume
                        metadata: {name: later}
                        spec:
                          size: 1Gi
                          dispersal: {data: 4, redundancy: 2, spare: 1}
                          compression: {kind: zstd}
                        status: {volumeId: 3f0c6f3e-0d5b-4f6e-8c55-6a5b1a6f0c11, mood: good}
                        """,
                        DispersiveVolume.class);
        assertThat(volume.getSpec().dispersal()).isEqualTo(new Dispersal(4, 2));
        assertThat(volume.getStatus().volumeId()).isNotNull();
    }

    /** Above all: what is founded keeps its name, whoever writes the status. */
    @TestFactory
    Stream<DynamicTest> onlySomeThingsOfAStatusMayChange() {
        return read("status-changes.yaml", new TypeReference<List<Change>>() {}).stream()
                .map(change ->
                        DynamicTest.dynamicTest(change.toString(), () -> changeStatus(change)));
    }

    private static void changeStatus(Change change) {
        create(Kind.VOLUME, "identity", Map.of("size", "1Gi"));
        try {
            patchStatus(change.from());
            String says = change.says();
            if (says == null) {
                patchStatus(change.to());
            } else {
                refused(() -> patchStatus(change.to()), says);
            }
        } finally {
            volumes("identity").delete();
        }
    }

    @Test
    void aStatusWithAnIdIsNotTakenAwayAsAWhole() {
        create(Kind.VOLUME, "identity", Map.of("size", "1Gi"));
        patchStatus(Map.of("volumeId", "3f0c6f3e-0d5b-4f6e-8c55-6a5b1a6f0c11"));
        refused(() -> patchStatus("{\"status\":null}"), "the status that has it stays");
        volumes("identity").delete();
    }

    /** Lists are replaced as a whole; null takes a field away. */
    private static void patchStatus(Map<String, Object> status) {
        patchStatus(Serialization.asJson(Map.of("status", status)));
    }

    private static void patchStatus(String json) {
        volumes("identity")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    private static Resource<DispersiveVolume> volumes(String name) {
        return client().resources(DispersiveVolume.class).inNamespace(NAMESPACE).withName(name);
    }

    private static Resource<GenericKubernetesResource> create(
            Kind kind, String name, Map<String, Object> spec) {
        Resource<GenericKubernetesResource> resource = resource(kind, name, spec);
        resource.fieldValidation(Validation.STRICT).create();
        return resource;
    }

    private static void update(Kind kind, Map<String, Object> spec) {
        resource(kind, "changed", spec).fieldValidation(Validation.STRICT).update();
    }

    private static Resource<GenericKubernetesResource> resource(
            Kind kind, String name, Map<String, Object> spec) {
        return client().resource(
                        new GenericKubernetesResourceBuilder()
                                .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                                .withKind(kind.name)
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .addToAdditionalProperties("spec", spec)
                                .build());
    }

    private static void refused(Runnable attempt, String says) {
        KubernetesClientException refusal =
                catchThrowableOfType(KubernetesClientException.class, attempt::run);
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal).hasMessageContaining(says);
    }

    private static <T> T read(String file, TypeReference<T> type) {
        try (InputStream yaml =
                Objects.requireNonNull(ValidationTest.class.getResourceAsStream(file), file)) {
            return YAML.readValue(yaml, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KubernetesClient client() {
        return Objects.requireNonNull(client);
    }
}
