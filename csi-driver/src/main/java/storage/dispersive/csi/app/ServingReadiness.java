package storage.dispersive.csi.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready is a controller that serves, and a node that its kubelet knows. */
@Readiness
final class ServingReadiness implements HealthCheck {

    private final DriverLife life;

    ServingReadiness(DriverLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        return life.running()
                .map(it ->
                        it.whyNotReady()
                                .map(ServingReadiness::down)
                                .orElseGet(() -> HealthCheckResponse.up("csi")))
                .orElseGet(() -> down("the driver starts"));
    }

    private static HealthCheckResponse down(String why) {
        return HealthCheckResponse.named("csi").withData("cause", why).down().build();
    }
}
