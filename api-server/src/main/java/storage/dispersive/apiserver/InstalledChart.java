package storage.dispersive.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
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
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What the chart of this repository makes of an API server that nobody runs pods for, rendered with
 * the helm that {@code e2e/kind/programs} makes. Without it a test is skipped; it fails where
 * {@code CI=true}.
 */
public final class InstalledChart {

    private static final Path CHART = Path.of("../charts/dispersive");
    private static final String RELEASE = "dispersive";
    private static final long TOKEN_SECONDS = 24 * 3600;

    private final KubernetesClient admin;
    private final String namespace;
    private final List<HasMetadata> objects;

    private InstalledChart(KubernetesClient admin, String namespace, List<HasMetadata> objects) {
        this.admin = admin;
        this.namespace = namespace;
        this.objects = objects;
    }

    /**
     * Applies the definitions and all objects.
     *
     * @param namespace of the release; it and those that values name must be there
     * @param values as for {@code helm --set}
     */
    public static InstalledChart in(KubernetesClient admin, String namespace, String... values)
            throws IOException, InterruptedException {
        try (Stream<Path> definitions = Files.list(CHART.resolve("crds"))) {
            for (Path definition : definitions.toList()) {
                admin.resource(Files.readString(definition)).create();
            }
        }
        List<HasMetadata> objects = rendered(admin, namespace, List.of(values));
        for (HasMetadata object : objects) {
            String home = object.getMetadata().getNamespace();
            if (home == null) {
                admin.resource(object).create();
            } else {
                admin.resource(object).inNamespace(home).create();
            }
        }
        return new InstalledChart(admin, namespace, objects);
    }

    private static List<HasMetadata> rendered(
            KubernetesClient admin, String namespace, List<String> values)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(helm().toString(), "template", RELEASE, CHART.toString()));
        command.addAll(List.of("--namespace", namespace));
        values.forEach(it -> command.addAll(List.of("--set", it)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
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

    /** A new one of a service account of the release. */
    public String token(String account) {
        return admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(
                        new TokenRequestBuilder()
                                .withNewSpec()
                                .withExpirationSeconds(TOKEN_SECONDS)
                                .endSpec()
                                .build())
                .getStatus()
                .getToken();
    }

    /** What pods of a Deployment are made of. */
    public PodSpec pod(String deployment) {
        return objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .filter(it -> it.getMetadata().getName().equals(deployment))
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    /** All that Roles and ClusterRoles of these names give. */
    public List<Right> rights(List<String> roles) {
        List<Right> rights = new ArrayList<>();
        for (HasMetadata object : objects) {
            boolean isMeant = roles.contains(object.getMetadata().getName());
            if (object instanceof Role role && isMeant) {
                role.getRules().forEach(it -> rights.addAll(Right.of(it)));
            } else if (object instanceof ClusterRole role && isMeant) {
                role.getRules().forEach(it -> rights.addAll(Right.of(it)));
            }
        }
        return rights;
    }
}
