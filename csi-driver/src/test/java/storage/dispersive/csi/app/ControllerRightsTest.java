package storage.dispersive.csi.app;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.AuditedCall;
import storage.dispersive.apiserver.InstalledChart;
import storage.dispersive.apiserver.Right;

/**
 * The controller of the driver and Kubernetes' own sidecars, as the chart calls them and with the
 * rights that the chart gives them, serve a claim all its life: they are refused nothing, and have
 * no right that they do not use.
 */
class ControllerRightsTest {

    private static final String SYSTEM = "dispersive-system";
    private static final String VOLUMES = "volumes";
    private static final String ACCOUNT = "dispersive-csi-controller";
    private static final String USER = "system:serviceaccount:" + SYSTEM + ":" + ACCOUNT;

    /** What does not happen here, and when it does. */
    private static final Map<Right, String> USED_ELSEWHERE =
            Map.ofEntries(
                    entry(
                            new Right("update", "", "persistentvolumeclaims"),
                            "when a volume cannot be made on the node that was chosen for a pod"),
                    entry(new Right("patch", "", "events"), "when something happens again"));

    @TempDir private Path directory;

    @Test
    void whatTheControllerMayDoIsWhatItDoes() throws Exception {
        try (ApiServer server = ApiServer.startAudited(USER);
                KubernetesClient admin = server.client()) {
            InstalledChart chart = install(admin);
            serve(server, chart, new ClaimedVolume(admin, VOLUMES));
            List<AuditedCall> calls = server.audit();
            assertThat(calls.stream().filter(it -> it.code() == HttpURLConnection.HTTP_FORBIDDEN))
                    .isEmpty();
            Set<Right> unused = new HashSet<>(chart.rights(List.of(ACCOUNT, ACCOUNT + "-volumes")));
            assertThat(unused).isNotEmpty();
            Set<Right> used = Right.usedBy(calls);
            unused.removeAll(used);
            // Of a Kubernetes that can, sidecars have what is there sent over the watch itself.
            unused.removeIf(it ->
                    it.verb().equals("list")
                            && used.contains(new Right("watch", it.group(), it.resource())));
            unused.removeAll(USED_ELSEWHERE.keySet());
            assertThat(unused).as("rights that are not used").isEmpty();
        }
    }

    private static InstalledChart install(KubernetesClient admin)
            throws IOException, InterruptedException {
        for (String namespace : List.of(SYSTEM, VOLUMES)) {
            admin.resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(namespace)
                                    .endMetadata()
                                    .build())
                    .create();
        }
        return InstalledChart.in(
                admin,
                SYSTEM,
                "allowedNamespaces={" + VOLUMES + "}",
                "csi.storageClasses.ownPods.create=true",
                "csi.storageClasses.ownPods.allowVolumeExpansion=true");
    }

    private void serve(ApiServer server, InstalledChart chart, ClaimedVolume volume)
            throws Exception {
        volume.prepare();
        String token = chart.token(ACCOUNT);
        SidecarProcess.Place place =
                new SidecarProcess.Place(
                        directory.resolve("csi.sock"), server.kubeConfigWith(token), SYSTEM);
        List<SidecarProcess> sidecars = new ArrayList<>();
        List<Container> containers = chart.pod(ACCOUNT).getContainers();
        try (KubernetesClient client = server.clientWith(token);
                RunningDriver _ =
                        RunningDriver.start(
                                settings(containers.getFirst()),
                                new RunningDriver.Lent(client, new SimpleMeterRegistry()),
                                "1.2.3")) {
            for (Container container : containers.subList(1, containers.size())) {
                sidecars.add(SidecarProcess.start(container, place));
            }
            live(volume, sidecars);
            assertThat(sidecars).hasSize(3).allMatch(SidecarProcess::isAlive);
        } finally {
            sidecars.forEach(SidecarProcess::close);
        }
    }

    private static void live(ClaimedVolume volume, List<SidecarProcess> sidecars)
            throws IOException {
        try {
            volume.claimIt();
            volume.attach();
            volume.grow();
            volume.slowDown();
            volume.detach();
            volume.delete();
        } catch (ConditionTimeoutException e) {
            StringBuilder said = new StringBuilder();
            for (SidecarProcess sidecar : sidecars) {
                said.append(sidecar.said()).append('\n');
            }
            throw new AssertionError(volume.events() + "\n" + said, e);
        }
    }

    /** As the chart gives them, but for the socket. */
    private DriverSettings settings(Container driver) throws BadSettingException {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : driver.getEnv()) {
            environment.put(variable.getName(), variable.getValue());
        }
        environment.put("DISPERSIVE_CSI_SOCKET", directory.resolve("csi.sock").toString());
        return DriverSettings.of(
                new SmallRyeConfigBuilder()
                        .withMapping(DriverConfiguration.class)
                        .withSources(new EnvConfigSource(environment, 300))
                        .build()
                        .getConfigMapping(DriverConfiguration.class));
    }
}
