package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** The authority is changed while volumes are there: takes a quarter of an hour. */
@OnCluster
@EnabledIfSystemProperty(named = "e2e.long", matches = "true")
class RotationE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "rotated";
    private static final String EXPIRY = "dispersive_pod_identity_expiry_seconds";
    private static final Duration LONG = Duration.ofMinutes(20);

    @BeforeAll
    static void makeVolume() {
        Leftovers.clear();
        Cluster.create(HERE, Cluster.volume(NAME, "256Mi", 2, 1));
        Reported.awaitWhole(HERE, NAME);
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    private static Secret authority() {
        return Cluster.CLIENT
                .secrets()
                .inNamespace(Cluster.SYSTEM)
                .withName(Cluster.AUTHORITY)
                .require();
    }

    private static List<String> roots() {
        String bundle = Cluster.authorities(HERE).getData().values().iterator().next();
        return Stream.of(bundle.split("-----END CERTIFICATE-----"))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .toList();
    }

    /** When the certificate of each storage pod expires. */
    private static List<Double> expiries() {
        return Cluster.pods(HERE, "dv-" + NAME).stream()
                .map(it -> metric(it.getMetadata().getName()))
                .toList();
    }

    private static double metric(String pod) {
        return Cluster.kubectl(
                        "get",
                        "--raw",
                        "/api/v1/namespaces/" + HERE + "/pods/" + pod + ":7480/proxy/q/metrics")
                .lines()
                .filter(it -> it.startsWith(EXPIRY))
                .map(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    void allGetCertificatesOfANewAuthorityWhileTheVolumeStaysReady() {
        List<String> before = roots();
        List<Double> expiries = expiries();
        assertThat(before).hasSize(1);
        List<Condition> notReady = new ArrayList<>();
        Cluster.kubectl(
                "-n",
                Cluster.SYSTEM,
                "annotate",
                "secret",
                Cluster.AUTHORITY,
                "dispersive.storage/rotate=now");
        Cluster.await(
                "the new authority is published beside the old",
                () -> assertThat(roots()).hasSize(2).containsAll(before));
        assertThat(authority().getData()).containsKeys("next.crt", "next.key");
        Awaitility.await("all have new certificates")
                .atMost(LONG)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    note(notReady);
                    List<Double> now = expiries();
                    for (int index = 0; index < now.size(); index++) {
                        assertThat(now.get(index)).isGreaterThan(expiries.get(index));
                    }
                });
        Awaitility.await("the old authority is dropped")
                .atMost(LONG)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    note(notReady);
                    assertThat(roots()).hasSize(1).doesNotContainAnyElementsOf(before);
                });
        assertThat(authority().getData()).containsOnlyKeys("tls.crt", "tls.key");
        assertThat(authority().getMetadata().getAnnotations())
                .doesNotContainKeys("dispersive.storage/rotate", "dispersive.storage/published");
        assertThat(notReady).isEmpty();
        Reported.awaitWhole(HERE, NAME);
    }

    private static void note(List<Condition> notReady) {
        DispersiveVolume volume = Cluster.volume(HERE, NAME);
        Condition ready = Reported.condition(volume, "Ready");
        if (ready.status() != Truth.TRUE) {
            notReady.add(ready);
        }
    }

    /** A restart makes all storage pods enrol anew, with the new authority alone. */
    @Test
    @Order(2)
    void storagePodsThatAreMadeAnewServeWithTheNewAuthority() {
        Cluster.kubectl("-n", HERE, "delete", "pod", "-l", "app.kubernetes.io/instance=dv-" + NAME);
        Reported.awaitWhole(HERE, NAME);
    }
}
