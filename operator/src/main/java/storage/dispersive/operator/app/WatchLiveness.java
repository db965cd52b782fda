package storage.dispersive.operator.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive is who hears of changes; one that went deaf for good is started again. */
@Liveness
final class WatchLiveness implements HealthCheck {

    private final OperatorLife life;

    WatchLiveness(OperatorLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        boolean isDeaf = life.running().filter(it -> !it.hears()).isPresent();
        return isDeaf
                ? HealthCheckResponse.named("watches")
                        .withData("cause", "informers have ended")
                        .down()
                        .build()
                : HealthCheckResponse.up("watches");
    }
}
