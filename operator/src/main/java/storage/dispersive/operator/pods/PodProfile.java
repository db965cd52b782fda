package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all storage pods of a cluster have in common; from the operator's settings.
 *
 * @param identityService where storage pods and sidecars get their certificates
 * @param authorityConfigMap in the pods' namespace, with the entry {@value #AUTHORITY_ENTRY}: the
 *     certificates of the authorities that are trusted
 * @param pullSecrets names of Secrets with which images are pulled
 */
public record PodProfile(
        Images images,
        Resources resources,
        Ports ports,
        URI identityService,
        String authorityConfigMap,
        @Nullable String priorityClassName,
        List<String> pullSecrets) {

    /** The entry of the ConfigMap, and the name of the file in a pod. */
    public static final String AUTHORITY_ENTRY = "ca.crt";

    public PodProfile {
        pullSecrets = List.copyOf(pullSecrets);
    }

    /**
     * Where the programs are.
     *
     * @param pullPolicy Always, IfNotPresent or Never
     */
    public record Images(String storagePod, String vnet, String pullPolicy) {}

    /** What the programs need. */
    public record Resources(ResourceRequirements storagePod, ResourceRequirements vnet) {}

    /**
     * Where storage pods are called. TCP, but for machines.
     *
     * @param administration where volumes are founded and deleted; takes no portion
     * @param control where sidecars find each other
     * @param http health and metrics
     * @param firstMachine the first of the UDP ports of virtual network machines
     * @param lastMachine the last of these
     */
    public record Ports(
            int administration, int control, int http, int firstMachine, int lastMachine) {

        private static final int FIRST_UNPRIVILEGED = 1024;
        private static final int FIRST_EPHEMERAL = 32_768;

        /** VXLAN, as registered and as Linux had it first, and Geneve: those of other overlays. */
        private static final List<Integer> OF_OVERLAYS = List.of(4789, 8472, 6081);

        public Ports {
            if (firstMachine < FIRST_UNPRIVILEGED
                    || lastMachine >= FIRST_EPHEMERAL
                    || firstMachine > lastMachine) {
                throw new IllegalArgumentException(
                        "the UDP ports of virtual network machines are "
                                + firstMachine
                                + " to "
                                + lastMachine
                                + "; they must lie in order between "
                                + FIRST_UNPRIVILEGED
                                + " and "
                                + (FIRST_EPHEMERAL - 1));
            }
            int first = firstMachine;
            int last = lastMachine;
            if (OF_OVERLAYS.stream().anyMatch(port -> first <= port && port <= last)) {
                throw new IllegalArgumentException(
                        "among the UDP ports "
                                + first
                                + " to "
                                + last
                                + " are those of other overlay networks ("
                                + OF_OVERLAYS
                                + "); choose others");
            }
        }
    }
}
