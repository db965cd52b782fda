package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may claim volumes has no way into storage pods, and storage pods have none out. */
@OnCluster
class RightsE2E {

    private static final String HERE = Cluster.OTHER;
    private static final String NAME = "claimant";
    private static final String CLAIMANT = "system:serviceaccount:" + HERE + ":" + NAME;
    private static final String STORAGE_POD = "system:serviceaccount:" + HERE + ":dv-theirs";

    @BeforeAll
    static void makeClaimant() {
        Leftovers.clear();
        Cluster.kubectl("-n", HERE, "create", "serviceaccount", NAME);
        Cluster.kubectl(
                "-n",
                HERE,
                "create",
                "rolebinding",
                NAME,
                "--clusterrole=dispersive-operator-edit",
                "--serviceaccount=" + HERE + ":" + NAME);
    }

    @AfterAll
    static void clear() {
        Cluster.kubectl("-n", HERE, "delete", "rolebinding", NAME);
        Cluster.kubectl("-n", HERE, "delete", "serviceaccount", NAME);
        Leftovers.clear();
    }

    private static String can(String who, String action) {
        String[] words = ("-n " + HERE + " auth can-i " + action + " --as " + who).split(" ");
        return Command.tried(Cluster.with("kubectl", words)).said().strip();
    }

    @TestFactory
    @Order(1)
    Stream<DynamicTest> aClaimantMay() {
        return Stream.of(
                        "create dispersivevolumes",
                        "patch dispersivevolumes",
                        "delete dispersivevolumes",
                        "watch dispersivevolumes",
                        "create dispersivepools",
                        "get dispersivevolumes --subresource=status")
                .map(it ->
                        DynamicTest.dynamicTest(
                                it, () -> assertThat(can(CLAIMANT, it)).isEqualTo("yes")));
    }

    @TestFactory
    @Order(2)
    Stream<DynamicTest> aClaimantMayNot() {
        return Stream.of(
                        "create pods --subresource=exec",
                        "create pods --subresource=attach",
                        "create pods --subresource=portforward",
                        "create pods",
                        "update pods --subresource=ephemeralcontainers",
                        "get pods --subresource=log",
                        "create statefulsets",
                        "create deployments",
                        "get secrets",
                        "delete persistentvolumeclaims",
                        "create serviceaccounts --subresource=token",
                        "create configmaps",
                        "patch dispersivevolumes --subresource=status")
                .map(it ->
                        DynamicTest.dynamicTest(
                                it, () -> assertThat(can(CLAIMANT, it)).startsWith("no")));
    }

    @Test
    @Order(3)
    void whatAClaimantMakesIsMadeAndDeleted() {
        String manifest = Cluster.volume("theirs", "256Mi", 1, 1, "reclaimPolicy: Delete");
        Manifest.apply(manifest, "-n", HERE, "--as", CLAIMANT);
        Reported.awaitWhole(HERE, "theirs");
        assertThat(
                        Command.tried(
                                        "kubectl",
                                        "-n",
                                        HERE,
                                        "--as",
                                        CLAIMANT,
                                        "exec",
                                        "dv-theirs-0",
                                        "--",
                                        "java",
                                        "--version")
                                .said())
                .contains("Forbidden");
        assertThat(can(STORAGE_POD, "get pods")).startsWith("no");
        assertThat(can(STORAGE_POD, "get dispersivevolumes")).startsWith("no");
        Cluster.kubectl("-n", HERE, "--as", CLAIMANT, "delete", "dv", "theirs");
        assertThat(Cluster.volumes(HERE)).isEmpty();
    }
}
