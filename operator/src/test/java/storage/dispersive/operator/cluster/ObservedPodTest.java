package storage.dispersive.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import storage.dispersive.operator.cluster.Obstacle.Reason;

class ObservedPodTest {

    private static Optional<Obstacle> obstacle(String container) {
        return new ObservedPod(
                        Serialization.unmarshal(
                                """
                                metadata: {name: dv-a-0, namespace: n}
                                spec: {}
                                status:
                                  podIP: 10.0.0.1
                                  containerStatuses: [{name: vnet, %s}]
                                """
                                        .formatted(container),
                                Pod.class))
                .obstacle();
    }

    private static Optional<Reason> reason(String container) {
        return obstacle(container).map(Obstacle::reason);
    }

    @Test
    void aContainerThatFailsAgainAndAgainIsToldAllTheTime() {
        assertThat(reason("ready: false, state: {running: {}}")).hasValue(Reason.STARTING);
        assertThat(reason("ready: false, state: {waiting: {reason: CrashLoopBackOff}}"))
                .hasValue(Reason.CONTAINER_FAILS);
        assertThat(
                        obstacle(
                                "ready: false, state: {running: {}},"
                                        + " lastState: {terminated: {exitCode: 2}}"))
                .hasValueSatisfying(it -> {
                    assertThat(it.reason()).isEqualTo(Reason.CONTAINER_FAILS);
                    assertThat(it.message())
                            .contains("vnet: ended with status 2", "kubectl logs dv-a-0 -c vnet");
                });
    }

    @Test
    void oneThatWasToldToEndOrIsReadyAgainHasNotFailed() {
        assertThat(
                        reason(
                                "ready: false, state: {running: {}},"
                                        + " lastState: {terminated: {exitCode: 0}}"))
                .hasValue(Reason.STARTING);
        assertThat(
                        reason(
                                "ready: true, state: {running: {}},"
                                        + " lastState: {terminated: {exitCode: 137}}"))
                .hasValue(Reason.STARTING);
    }
}
