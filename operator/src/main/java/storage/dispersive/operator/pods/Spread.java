package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import storage.dispersive.api.v1alpha1.Placement;
import storage.dispersive.api.v1alpha1.WhenUnsatisfiable;

/** How a set's pods are spread over failure domains. */
final class Spread {

    private Spread() {}

    /**
     * As evenly as can be (a skew of one), and over at least so many domains that none has more
     * than its share: with fewer, Kubernetes takes the least number of pods in a domain for 0, so
     * that each domain gets one and the others wait.
     */
    static TopologySpreadConstraint of(PodSet set) {
        Placement placement = set.placement();
        boolean strict = placement.whenUnsatisfiable() == WhenUnsatisfiable.DO_NOT_SCHEDULE;
        return new TopologySpreadConstraintBuilder()
                .withTopologyKey(placement.topologyKey())
                .withMaxSkew(1)
                .withMinDomains(
                        strict ? Math.ceilDiv(set.size(), placement.portionsPerDomain()) : null)
                .withWhenUnsatisfiable(strict ? "DoNotSchedule" : "ScheduleAnyway")
                .withNodeTaintsPolicy("Honor")
                .withNewLabelSelector()
                .withMatchLabels(set.selector())
                .endLabelSelector()
                .build();
    }
}
