package storage.dispersive.clustertests;

import static storage.dispersive.clustertests.OperatedCluster.STANDARD;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of volumes while nobody can sign for their storage pods. */
public abstract class AuthorityBehaviour {

    private static final String KEY = "tls.key";

    private final OperatedCluster cluster;
    private final Resource<Secret> secret;

    /**
     * Made for each test.
     *
     * @param system the operator's namespace
     */
    protected AuthorityBehaviour(OperatedCluster cluster, String system) {
        this.cluster = cluster;
        this.secret =
                cluster.client().secrets().inNamespace(system).withName("dispersive-authority");
    }

    /** An API server lets nobody take the entry itself out of a Secret of this type. */
    @Test
    void aSecretWithoutItsKey() {
        cluster.volume("signed", 2, 1, STANDARD);
        cluster.awaitWhole("signed");
        Map<String, String> good = secret.require().getData();
        Map<String, String> bad = new HashMap<>(good);
        bad.put(KEY, "");
        put(bad);
        try {
            cluster.volume("unsigned", 2, 1, STANDARD);
            cluster.awaitTold("unsigned", "NoAuthority", "delete it");
        } finally {
            put(good);
        }
        cluster.awaitWhole("unsigned");
        cluster.awaitReady("signed");
    }

    private void put(Map<String, String> data) {
        secret.edit(it -> new SecretBuilder(it).withData(data).build());
    }
}
