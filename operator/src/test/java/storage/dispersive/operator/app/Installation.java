package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.apiserver.InstalledChart;
import storage.dispersive.apiserver.Right;

/** What the chart makes of an API server that nobody runs pods for. */
final class Installation {

    static final String SYSTEM = "dispersive-system";
    static final String VOLUMES = "volumes";
    static final String AUTHORITY = "dispersive-authority";
    static final String ACCOUNT = "dispersive-operator";
    static final String USER = "system:serviceaccount:" + SYSTEM + ":" + ACCOUNT;

    /** The others are for users. */
    private static final List<String> OPERATORS_ROLES = List.of(ACCOUNT, ACCOUNT + "-storage-pods");

    private final InstalledChart chart;
    private final String token;

    private Installation(InstalledChart chart, String token) {
        this.chart = chart;
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
        InstalledChart chart =
                InstalledChart.in(
                        admin,
                        SYSTEM,
                        "allowedNamespaces={" + VOLUMES + "}",
                        // A node's pod is the test's own here.
                        "csi.enabled=false");
        return new Installation(chart, chart.token(ACCOUNT));
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
        return chart.pod(ACCOUNT).getContainers().getFirst();
    }

    /** All that the operator's account may do, and no user's. */
    List<Right> rights() {
        return chart.rights(OPERATORS_ROLES);
    }
}
