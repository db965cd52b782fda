package storage.dispersive.e2e;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import storage.dispersive.clustertests.LettingGoBehaviour;

/** The same as the operator's {@code LettingGoTest} in process. */
@OnCluster
class LettingGoE2E extends LettingGoBehaviour {

    LettingGoE2E() {
        super(new DeployedCluster(Cluster.OTHER));
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
