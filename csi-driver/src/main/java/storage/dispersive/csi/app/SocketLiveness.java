package storage.dispersive.csi.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive is who answers on its own socket; one that does not is started again. */
@Liveness
final class SocketLiveness implements HealthCheck {

    private final DriverLife life;

    SocketLiveness(DriverLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        boolean isDumb = life.running().filter(it -> !it.answers()).isPresent();
        return isDumb
                ? HealthCheckResponse.named("socket")
                        .withData("cause", "a probe over the driver's own socket has failed")
                        .down()
                        .build()
                : HealthCheckResponse.up("socket");
    }
}
