package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Gives each storage pod a name in DNS, also while it is not ready. */
public final class HeadlessService {

    private HeadlessService() {}

    /** The Service of a set, as it is to be. */
    public static Service of(PodSet set, PodProfile profile) {
        return new ServiceBuilder()
                .withMetadata(set.metadata())
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(set.selector())
                .addNewPort()
                .withName("administration")
                .withPort(profile.ports().administration())
                .endPort()
                .addNewPort()
                .withName("control")
                .withPort(profile.ports().control())
                .endPort()
                .endSpec()
                .build();
    }
}
