package storage.dispersive.operator.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready is who can give storage pods their certificates: that is what the operator's Service is
 * for. Who acts is another question: one of all replicas.
 */
@Readiness
final class IdentityReadiness implements HealthCheck {

    private final OperatorLife life;

    IdentityReadiness(OperatorLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        return life.running()
                .map(it ->
                        it.whyNoIdentities()
                                .map(IdentityReadiness::down)
                                .orElseGet(() -> HealthCheckResponse.up("identities")))
                .orElseGet(() -> down("the operator starts"));
    }

    private static HealthCheckResponse down(String why) {
        return HealthCheckResponse.named("identities").withData("cause", why).down().build();
    }
}
