package storage.dispersive.operator.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.cluster.WatchedNodes;
import storage.dispersive.operator.founding.StoragePods;
import storage.dispersive.operator.identity.AdminIdentity;
import storage.dispersive.operator.identity.Authority;
import storage.dispersive.operator.identity.AuthorityWatch;
import storage.dispersive.operator.identity.ClusterView;
import storage.dispersive.operator.identity.IdentityServer;
import storage.dispersive.operator.reconcile.Reconcilers;
import storage.dispersive.operator.reconcile.Reconcilers.Surroundings;
import storage.dispersive.operator.stores.AskedPods;
import storage.dispersive.operator.stores.StoresInCluster;
import storage.dispersive.operator.upkeep.StorageClasses;

/** All parts of a running operator. Closed once; safe for use by many threads. */
final class RunningOperator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningOperator.class);

    /** The Lease of whoever acts, in the operator's namespace. */
    private static final String LEASE = "dispersive-operator";

    /** Nobody waits for the operator to read or write, so it may be patient with a slow cluster. */
    private static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(25);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(4);

    /** Founding waits for storage pods, and others must not wait for it. */
    private static final int RECONCILE_THREADS = 32;

    private final WatchedNodes nodes;
    private final StorageClasses classes;
    private final Authority authority;
    private final AuthorityRounds rounds;
    private final AuthorityWatch watch;
    private final IdentityServer identities;
    private final StoragePods pods;
    private final Operator operator;

    /** What the framework lends. */
    record Lent(KubernetesClient client, Vertx vertx, MeterRegistry registry) {}

    private RunningOperator(OperatorSettings settings, Lent lent)
            throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        nodes = WatchedNodes.start(lent.client());
        classes = StorageClasses.start(lent.client());
        authority = new Authority(lent.client(), settings.authority(), clock);
        rounds = new AuthorityRounds(authority, clock);
        watch = new AuthorityWatch(lent.client(), settings.authority(), authority, rounds::changed);
        identities =
                IdentityServer.start(
                        lent.vertx(),
                        lent.client(),
                        ClusterView.asking(lent.client()),
                        authority,
                        settings.identity(),
                        clock);
        AskedPods places = new AskedPods(settings.profile().ports().administration());
        pods = StoragePods.start(new AdminIdentity(authority, clock), places);
        operator = new Operator(configuration -> configure(configuration, settings, lent, rounds));
        StoresInCluster stores = new StoresInCluster(places, pods);
        new Reconcilers(
                        lent.client(),
                        new Surroundings(nodes, classes, this::publish, stores, stores),
                        settings.profile(),
                        settings.allowedNamespaces(),
                        clock)
                .register(operator);
    }

    static RunningOperator start(OperatorSettings settings, Lent lent)
            throws IOException, InterruptedException {
        RunningOperator made = new RunningOperator(settings, lent);
        try {
            if (settings.podName().isEmpty()) {
                made.rounds.lead();
            }
            made.operator.start();
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** Called by reconcilers, which only the operator has that leads. */
    private Optional<String> publish(String namespace) {
        if (authority.whyNobodySigns().isPresent()) {
            // Perhaps nobody has made it yet.
            authority.step();
        }
        authority.publish(namespace, watch.published(namespace).orElse(null));
        return authority.whyNobodySigns();
    }

    private static void configure(
            ConfigurationServiceOverrider configuration,
            OperatorSettings settings,
            Lent lent,
            AuthorityRounds rounds) {
        configuration
                .withKubernetesClient(lent.client())
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(RECONCILE_THREADS)
                .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(lent.registry()));
        settings.podName()
                .ifPresent(name ->
                        configuration.withLeaderElectionConfiguration(
                                election(name, settings.namespace(), rounds)));
    }

    /** Who does not lead any more ends, and is started again to wait for its turn. */
    private static LeaderElectionConfiguration election(
            String name, String namespace, AuthorityRounds rounds) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withIdentity(name)
                .withLeaseDuration(LEASE_DURATION)
                .withRenewDeadline(RENEW_DEADLINE)
                .withRetryPeriod(RETRY_PERIOD)
                .withLeaderCallbacks(
                        new LeaderCallbacks(rounds::lead, RunningOperator::end, any -> {}))
                // It would end the process from a thread that the end waits for.
                .withExitOnStopLeading(false)
                .build();
    }

    private static void end() {
        LOG.warn("Another operator leads now, or nobody could be asked; this one ends");
        Quarkus.asyncExit(DispersiveOperator.NOT_LEADING);
    }

    /** Why storage pods get no certificates here, if they do not. */
    Optional<String> whyNoIdentities() {
        return authority.whyNobodySigns();
    }

    /**
     * Whether it will hear of what changes in the cluster: one whose watch was just cut off watches
     * again by itself, one that has ended never does.
     */
    boolean hears() {
        return watch.hears()
                && operator.getRuntimeInfo().unhealthyEventSources().values().stream()
                        .flatMap(sources -> sources.values().stream())
                        .noneMatch(RunningOperator::hasEnded);
    }

    private static boolean hasEnded(EventSourceHealthIndicator source) {
        return source instanceof InformerWrappingEventSourceHealthIndicator<?> informers
                && informers.informerHealthIndicators().values().stream()
                        .anyMatch(informer -> !informer.isRunning());
    }

    @Override
    public void close() {
        operator.stop();
        pods.close();
        identities.close();
        watch.close();
        rounds.close();
        classes.close();
        nodes.close();
    }
}
