package storage.dispersive.pod.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** A store that closed itself comes back only by a restart: whoever asks is to do that. */
@Liveness
final class StoreLiveness implements HealthCheck {

    private final PodStatus status;

    StoreLiveness(PodStatus status) {
        this.status = status;
    }

    @Override
    public HealthCheckResponse call() {
        return switch (status.condition()) {
            case PodCondition.StoreClosed closed ->
                    HealthCheckResponse.named("store")
                            .withData("cause", closed.cause())
                            .down()
                            .build();
            case PodCondition.Enrolling any -> HealthCheckResponse.up("store");
            case PodCondition.Opening any -> HealthCheckResponse.up("store");
            case PodCondition.Serving any -> HealthCheckResponse.up("store");
            case PodCondition.Ending any -> HealthCheckResponse.up("store");
        };
    }
}
