package storage.dispersive.pod.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready is a pod whose store is open, and which others can reach and believe. */
@Readiness
final class ServingReadiness implements HealthCheck {

    private final PodStatus status;

    ServingReadiness(PodStatus status) {
        this.status = status;
    }

    @Override
    public HealthCheckResponse call() {
        return switch (status.condition()) {
            case PodCondition.Serving any ->
                    status.obstacle()
                            .map(ServingReadiness::down)
                            .orElseGet(() -> HealthCheckResponse.up("serving"));
            case PodCondition.Enrolling enrolling -> down(enrolling.cause());
            case PodCondition.Opening any -> down("the store is being opened");
            case PodCondition.StoreClosed closed -> down(closed.cause());
            case PodCondition.Ending any -> down("the pod ends");
        };
    }

    private static HealthCheckResponse down(String why) {
        return HealthCheckResponse.named("serving").withData("cause", why).down().build();
    }
}
