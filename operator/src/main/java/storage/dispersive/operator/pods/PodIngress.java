package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.api.v1alpha1.Isolation;

/**
 * Whom storage pods hear. Nodes have no labels that a policy could select, so ports decide: behind
 * each of them is mutual TLS, and behind those of machines a filter of peers as well.
 */
public final class PodIngress {

    private PodIngress() {}

    /** The NetworkPolicy of a set, as it is to be. */
    public static NetworkPolicy of(PodSet set, PodProfile profile) {
        PodProfile.Ports ports = profile.ports();
        List<NetworkPolicyPort> open = new ArrayList<>();
        open.add(tcp(ports.administration()));
        open.add(tcp(ports.http()));
        if (set.isolation() == Isolation.ISOLATED) {
            open.add(tcp(ports.control()));
            open.add(
                    new NetworkPolicyPortBuilder()
                            .withProtocol("UDP")
                            .withPort(new IntOrString(ports.firstMachine()))
                            .withEndPort(ports.lastMachine())
                            .build());
        }
        NetworkPolicyIngressRule rule =
                new NetworkPolicyIngressRuleBuilder().withPorts(open).build();
        return new NetworkPolicyBuilder()
                .withMetadata(set.metadata())
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(set.selector())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rule)
                .endSpec()
                .build();
    }

    private static NetworkPolicyPort tcp(int port) {
        return new NetworkPolicyPortBuilder()
                .withProtocol("TCP")
                .withPort(new IntOrString(port))
                .build();
    }
}
