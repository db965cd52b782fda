package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import storage.dispersive.apiserver.ApiServer;

/** What the chart makes of an API server that nobody runs pods for. */
final class Installation {

    static final String SYSTEM = "dispersive-system";
    static final String VOLUMES = "volumes";
    static final String AUTHORITY = "dispersive-authority";
    static final String ACCOUNT = "dispersive-operator";
    static final String USER = "system:serviceaccount:" + SYSTEM + ":" + ACCOUNT;

    /** The others are for users. */
    private static final List<String> OPERATORS_ROLES = List.of(ACCOUNT, ACCOUNT + "-storage-pods");

    private static final Path CHART = Path.of("../charts/dispersive");
    private static final long TOKEN_SECONDS = 24 * 3600;

    private final List<HasMetadata> objects;
    private final String token;

    private Installation(List<HasMetadata> objects, String token) {
        this.objects = objects;
        this.token = token;
    }

    /** Applies the definitions, and all objects of the chart. */
    static Installation in(KubernetesClient admin) throws IOException, InterruptedException {
        for (String namespace : List.of(SYSTEM, VOLUMES)) {
            admin.resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(namespace)
                                    .endMetadata()
                                    .build())
                    .create();
        }
        try (Stream<Path> definitions = Files.list(CHART.resolve("crds"))) {
            for (Path definition : definitions.toList()) {
                admin.resource(Files.readString(definition)).create();
            }
        }
        List<HasMetadata> objects = rendered(admin);
        for (HasMetadata object : objects) {
            String namespace = object.getMetadata().getNamespace();
            if (namespace == null) {
                admin.resource(object).create();
            } else {
                admin.resource(object).inNamespace(namespace).create();
            }
        }
        return new Installation(objects, token(admin));
    }

    private static List<HasMetadata> rendered(KubernetesClient admin)
            throws IOException, InterruptedException {
        Path helm = helm();
        Process process =
                new ProcessBuilder(
                                helm.toString(),
                                "template",
                                "dispersive",
                                CHART.toString(),
                                "--namespace",
                                SYSTEM,
                                "--set",
                                "allowedNamespaces={" + VOLUMES + "}")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        byte[] yaml = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("helm does not render the chart");
        }
        return admin.load(new ByteArrayInputStream(yaml)).items();
    }

    private static Path helm() {
        String programs = System.getenv(ApiServer.PROGRAMS_VARIABLE);
        Path helm = Path.of(Objects.requireNonNullElse(programs, "")).resolve("helm");
        if (!Files.isExecutable(helm)) {
            String why = "helm is not there: run 'e2e/kind/programs helm'";
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        return helm;
    }

    private static String token(KubernetesClient admin) {
        return admin.serviceAccounts()
                .inNamespace(SYSTEM)
                .withName(ACCOUNT)
                .tokenRequest(
                        new TokenRequestBuilder()
                                .withNewSpec()
                                .withExpirationSeconds(TOKEN_SECONDS)
                                .endSpec()
                                .build())
                .getStatus()
                .getToken();
    }

    /** Of the operator's service account. */
    String token() {
        return token;
    }

    /** What the chart sets in the operator's environment, with that of no pod. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (EnvVar variable : operator().getEnv()) {
            if (variable.getValue() != null) {
                environment.put(variable.getName(), variable.getValue());
            }
        }
        environment.put("DISPERSIVE_OPERATOR_NAMESPACE", SYSTEM);
        environment.put("DISPERSIVE_OPERATOR_POD_NAME", "operator-0");
        return environment;
    }

    private Container operator() {
        return objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    /** All that the operator's account may do, and no user's. */
    List<Right> rights() {
        List<Right> rights = new ArrayList<>();
        for (HasMetadata object : objects) {
            boolean isOperators = OPERATORS_ROLES.contains(object.getMetadata().getName());
            if (object instanceof Role role && isOperators) {
                role.getRules().forEach(it -> rights.addAll(Right.of(it)));
            } else if (object instanceof ClusterRole role && isOperators) {
                role.getRules().forEach(it -> rights.addAll(Right.of(it)));
            }
        }
        return rights;
    }
}
