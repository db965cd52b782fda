package storage.dispersive.operator.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.operator.cluster.WatchedNodes;

/** All parts of a running operator. Closed once; safe for use by many threads. */
final class RunningOperator implements AutoCloseable {

    /** The Lease of whoever acts, in the operator's namespace. */
    private static final String LEASE = "dispersive-operator";

    private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    /** Founding waits for storage pods, and others must not wait for it. */
    private static final int RECONCILE_THREADS = 32;

    private final Operator operator;
    private final WatchedNodes nodes;

    private RunningOperator(Operator operator, WatchedNodes nodes) {
        this.operator = operator;
        this.nodes = nodes;
    }

    static RunningOperator start(
            OperatorSettings settings, KubernetesClient client, MeterRegistry registry)
            throws IOException {
        WatchedNodes nodes = WatchedNodes.start(client);
        Operator operator =
                new Operator(configuration -> configure(configuration, settings, client, registry));
        operator.start();
        return new RunningOperator(operator, nodes);
    }

    private static void configure(
            ConfigurationServiceOverrider configuration,
            OperatorSettings settings,
            KubernetesClient client,
            MeterRegistry registry) {
        configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(RECONCILE_THREADS)
                .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry));
        settings.podName()
                .ifPresent(name ->
                        configuration.withLeaderElectionConfiguration(
                                LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(
                                                LEASE)
                                        .withLeaseNamespace(settings.namespace())
                                        .withIdentity(name)
                                        .withLeaseDuration(LEASE_DURATION)
                                        .withRenewDeadline(RENEW_DEADLINE)
                                        .withRetryPeriod(RETRY_PERIOD)
                                        .build()));
    }

    /** Why storage pods get no certificates here, if they do not. */
    Optional<String> whyNoIdentities() {
        return Optional.empty();
    }

    /** Whether it hears of what changes in the cluster. */
    boolean hears() {
        return operator.getRuntimeInfo().allEventSourcesAreHealthy();
    }

    @Override
    public void close() {
        operator.stop();
        nodes.close();
    }
}
