package storage.dispersive.csi.app;

import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import storage.dispersive.csi.socket.CallLog;

/** Counts calls by method and status, and how long they take. */
final class CallMeters implements CallLog.CallMeter {

    private static final String NAME = "dispersive.csi.calls";

    private final MeterRegistry registry;

    CallMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void ended(String method, Status.Code code, Duration took) {
        Timer.builder(NAME)
                .description("Calls of CSI and of the kubelet's plugin registration")
                .tag("method", method)
                .tag("status", code.name())
                .register(registry)
                .record(took);
    }
}
