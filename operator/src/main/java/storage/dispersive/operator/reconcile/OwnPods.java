package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.cluster.Obstacle;
import storage.dispersive.operator.cluster.Obstacle.Reason;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.upkeep.ClaimGrowth;
import storage.dispersive.operator.upkeep.LostNodes;
import storage.dispersive.operator.upkeep.Roll;
import storage.dispersive.operator.upkeep.StorageClasses;
import storage.dispersive.operator.upkeep.Survival;

/** Keeps the storage pods of resources of one kind: makes them, looks after them, tells of them. */
final class OwnPods<P extends HasMetadata> {

    /** Answers of an API server that will stay the same until somebody changes something. */
    private static final Set<Integer> REFUSALS =
            Set.of(HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST, 422);

    private final SetObjects<P> objects;
    private final AllowedNamespaces namespaces;
    private final Upkeep upkeep;

    /** What is done to storage pods, whoever's they are. */
    record Upkeep(
            Authorities authorities,
            StorageClasses classes,
            ClaimGrowth growth,
            Roll roll,
            LostNodes lostNodes) {}

    OwnPods(SetObjects<P> objects, AllowedNamespaces namespaces, Upkeep upkeep) {
        this.objects = objects;
        this.namespaces = namespaces;
        this.upkeep = upkeep;
    }

    /** Whether they may run in the resource's namespace at all; else nothing is known of them. */
    Optional<Hindrance> whyNowhere(P resource) {
        String namespace = resource.getMetadata().getNamespace();
        return namespaces.allow(namespace)
                ? Optional.empty()
                : Optional.of(namespaces.hindrance(namespace));
    }

    /**
     * Makes and mends the objects of a resource.
     *
     * @return what keeps them from being made
     */
    Optional<Hindrance> ensure(P resource, Context<P> context) {
        Optional<String> untrusted =
                upkeep.authorities().publish(resource.getMetadata().getNamespace());
        if (untrusted.isPresent()) {
            return Optional.of(Hindrance.lasting("NoAuthority", untrusted.get()));
        }
        if (objects.areAnothers(resource, context)) {
            return Optional.of(
                    Hindrance.passing(
                            "PredecessorRemains",
                            "storage pods of a deleted resource of the same name are still being"
                                    + " deleted"));
        }
        try {
            objects.reconcile(resource, context);
            return Optional.empty();
        } catch (AggregatedOperatorException e) {
            return Optional.of(refusal(e));
        }
    }

    /** Anything but a refusal is thrown again, and tried again. */
    private static Hindrance refusal(AggregatedOperatorException failure) {
        for (Exception cause : failure.getAggregatedExceptions().values()) {
            if (cause instanceof KubernetesClientException refused
                    && REFUSALS.contains(refused.getCode())) {
                return Hindrance.lasting(
                        "ObjectsRefused",
                        "the API server refuses what it is asked to make: " + refused.getMessage());
            }
        }
        throw failure;
    }

    ObservedSet observe(P resource, Context<P> context) {
        return objects.observe(resource, context);
    }

    /** What keeps pods from serving; a claim that is not bound explains a pod without a node. */
    Optional<Hindrance> hindrance(ObservedSet set) {
        return set.obstacle().map(it -> explained(it, set)).map(Hindrance::of);
    }

    private Obstacle explained(Obstacle obstacle, ObservedSet set) {
        boolean mayBeClaim =
                obstacle.reason() == Reason.UNSCHEDULABLE || obstacle.reason() == Reason.STARTING;
        if (!mayBeClaim) {
            return obstacle;
        }
        return upkeep.classes()
                .obstacle(set.claims())
                .filter(it ->
                        it.reason() == Reason.STORAGE_CLASS_MISSING
                                || obstacle.reason() == Reason.STARTING)
                .orElse(obstacle);
    }

    /** Gives up pods whose node is gone; says which are not, and why. */
    Optional<Hindrance> giveUp(P resource, ObservedSet set, Survival survival) {
        return upkeep.lostNodes().giveUp(resource, set, survival).map(Hindrance::of);
    }

    Growth grow(ObservedSet set) {
        return upkeep.growth().grow(set);
    }

    Optional<String> roll(ObservedSet set, Context<P> context, Roll.Stock stock) {
        return context.getSecondaryResource(StatefulSet.class)
                .flatMap(there -> upkeep.roll().go(set, there, stock));
    }
}
