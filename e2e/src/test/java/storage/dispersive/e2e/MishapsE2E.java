package storage.dispersive.e2e;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import storage.dispersive.clustertests.MishapsBehaviour;

/** The same as the operator's {@code MishapsTest} in process. */
@OnCluster
class MishapsE2E extends MishapsBehaviour {

    MishapsE2E() {
        super(new DeployedCluster(Cluster.STORAGE));
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
