package storage.dispersive.e2e;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import storage.dispersive.clustertests.AuthorityBehaviour;

/** The same as the operator's {@code AuthoritySecretTest} in process. */
@OnCluster
class AuthorityE2E extends AuthorityBehaviour {

    AuthorityE2E() {
        super(new DeployedCluster(Cluster.STORAGE), Cluster.SYSTEM);
    }

    @BeforeAll
    static void begin() {
        Leftovers.clear();
    }

    @AfterEach
    void clear() {
        Leftovers.clear();
    }
}
