package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.operator.cluster.Nodes;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.pods.PodSet;
import storage.dispersive.operator.reconcile.OwnPods.Upkeep;
import storage.dispersive.operator.status.ChangeEvents;
import storage.dispersive.operator.upkeep.ClaimGrowth;
import storage.dispersive.operator.upkeep.LostNodes;
import storage.dispersive.operator.upkeep.Roll;
import storage.dispersive.operator.upkeep.StorageClasses;

/** Makes the reconcilers of this operator, which know each other's resources. */
public final class Reconcilers {

    /** Whose fields are whose, in objects that several write. */
    public static final String FIELD_MANAGER = "dispersive-operator";

    /** What storage pods hold is asked again after this time, if nothing happens before. */
    private static final Duration AT_LEAST_EVERY = Duration.ofMinutes(15);

    private static final int FIRST_RETRY_MILLIS = 200;
    private static final int LONGEST_RETRY_MILLIS = 30_000;

    private final KubernetesClient client;
    private final Surroundings surroundings;
    private final PodProfile profile;
    private final AllowedNamespaces namespaces;
    private final Clock clock;

    /** What reconcilers need of others. */
    public record Surroundings(
            Nodes nodes,
            StorageClasses classes,
            Authorities authorities,
            VolumeFounding founding,
            StoreQuestions questions) {}

    public Reconcilers(
            KubernetesClient client,
            Surroundings surroundings,
            PodProfile profile,
            AllowedNamespaces namespaces,
            Clock clock) {
        this.client = client;
        this.surroundings = surroundings;
        this.profile = profile;
        this.namespaces = namespaces;
        this.clock = clock;
    }

    /** Has an operator that is not started call them. */
    public void register(Operator operator) {
        KnownStores stores = new KnownStores(surroundings.questions(), clock);
        PortionRows rows = new PortionRows(surroundings.nodes(), stores);
        Telling telling = new Telling(new ChangeEvents(client, clock), clock);
        Upkeep upkeep =
                new Upkeep(
                        surroundings.authorities(),
                        surroundings.classes(),
                        new ClaimGrowth(client, surroundings.classes()),
                        new Roll(client),
                        new LostNodes(client, surroundings.nodes()));
        operator.register(
                volumes(upkeep, rows, stores, telling),
                settings ->
                        settings.withFieldManager(FIELD_MANAGER)
                                .withGenerationAware(false)
                                .withTriggerReconcilerOnAllEvents(true)
                                .withOnUpdateFilter(VolumeReconciler::isNews)
                                .withReconciliationMaxInterval(AT_LEAST_EVERY)
                                .withRetry(retry()));
        operator.register(
                pools(upkeep, rows, stores, telling),
                settings ->
                        settings.withFieldManager(FIELD_MANAGER)
                                .withGenerationAware(false)
                                .withTriggerReconcilerOnAllEvents(true)
                                .withOnUpdateFilter(PrimaryFilter::isWish)
                                .withReconciliationMaxInterval(AT_LEAST_EVERY)
                                .withRetry(retry()));
    }

    /** For ever, as nobody else would begin again. */
    private static GenericRetry retry() {
        return new GenericRetry()
                .setInitialInterval(FIRST_RETRY_MILLIS)
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST_RETRY_MILLIS)
                .withoutMaxAttempts();
    }

    private VolumeReconciler volumes(
            Upkeep upkeep, PortionRows rows, KnownStores stores, Telling telling) {
        SetObjects<DispersiveVolume> objects =
                new SetObjects<>(
                        PodSet.Kind.VOLUME,
                        DispersiveVolume.class,
                        namespaces.names(),
                        profile,
                        new SetObjects.Wanted<>() {
                            @Override
                            public PodSet set(DispersiveVolume volume) {
                                return PodSet.of(volume).orElseThrow();
                            }

                            @Override
                            public int mayBeTaken(
                                    DispersiveVolume volume, Context<DispersiveVolume> context) {
                                return Budget.mayBeMissing(volume);
                            }
                        });
        OwnPods<DispersiveVolume> pods = new OwnPods<>(objects, namespaces, upkeep);
        VolumeFoundations foundations = new VolumeFoundations(surroundings.founding(), rows);
        return new VolumeReconciler(
                objects,
                namespaces,
                new OwnVolumes(pods, foundations),
                new PooledVolumes(foundations, clock),
                stores,
                telling);
    }

    private PoolReconciler pools(
            Upkeep upkeep, PortionRows rows, KnownStores stores, Telling telling) {
        SetObjects<DispersivePool> objects =
                new SetObjects<>(
                        PodSet.Kind.POOL,
                        DispersivePool.class,
                        namespaces.names(),
                        profile,
                        new SetObjects.Wanted<>() {
                            @Override
                            public PodSet set(DispersivePool pool) {
                                return PodSet.of(pool);
                            }

                            @Override
                            public int mayBeTaken(
                                    DispersivePool pool, Context<DispersivePool> context) {
                                return Budget.mayBeMissing(PoolReconciler.volumes(context));
                            }
                        });
        return new PoolReconciler(
                objects,
                new OwnPods<>(objects, namespaces, upkeep),
                new PoolRows(rows, stores),
                stores,
                telling);
    }
}
