package storage.dispersive.e2e;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import storage.dispersive.clustertests.ReconcilingBehaviour;

/** The same as the operator's {@code ReconcilingTest} in process. */
@OnCluster
class ReconcilingE2E extends ReconcilingBehaviour {

    ReconcilingE2E() {
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
