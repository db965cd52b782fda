package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.clustertests.AuthorityBehaviour;
import storage.dispersive.operator.identity.Authority;
import storage.dispersive.operator.identity.AuthoritySettings;
import storage.dispersive.operator.identity.AuthorityWatch;

/** In process, with an operator that has a real authority. */
@ExtendWith(OneCluster.class)
class AuthoritySecretTest extends AuthorityBehaviour {

    private static final String SYSTEM = "operators";

    private static Optional<AuthorityWatch> watch = Optional.empty();

    AuthoritySecretTest(TriedCluster cluster) {
        super(cluster, SYSTEM);
    }

    @BeforeAll
    static void begin(TriedCluster cluster) {
        KubernetesClient client = cluster.client();
        cluster.namespace(SYSTEM);
        AuthoritySettings settings =
                new AuthoritySettings(
                        SYSTEM,
                        Set.of(TriedCluster.NAMESPACE),
                        null,
                        AuthoritySettings.USUAL_VALIDITY);
        Authority authority = new Authority(client, settings, Clock.systemUTC());
        AuthorityWatch begun = new AuthorityWatch(client, settings, authority, () -> {});
        watch = Optional.of(begun);
        cluster.stopOperator();
        cluster.startOperator("1", namespace -> publish(authority, begun, namespace));
    }

    /** As the operator's process does it. */
    private static Optional<String> publish(
            Authority authority, AuthorityWatch begun, String namespace) {
        if (authority.whyNobodySigns().isPresent()) {
            authority.step();
        }
        authority.publish(namespace, begun.published(namespace).orElse(null));
        return authority.whyNobodySigns();
    }

    @AfterAll
    static void end(TriedCluster cluster) {
        cluster.stopOperator();
        watch.ifPresent(AuthorityWatch::close);
        cluster.startOperator("1");
    }
}
