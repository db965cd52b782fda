package storage.dispersive.csi.socket;

import com.google.protobuf.MessageOrBuilder;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down each call: its number, what was asked for without secrets, what came of it, and how
 * long it took. Calls that only look are for who wants to know everything, unless they fail. What
 * failed by a fault is written down with its stack here, and nowhere else.
 */
public final class CallLog implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

    private static final Set<String> LOOKING =
            Set.of(
                    "Probe",
                    "GetPluginInfo",
                    "GetPluginCapabilities",
                    "ControllerGetCapabilities",
                    "ControllerGetVolume",
                    "ListVolumes",
                    "GetCapacity",
                    "ValidateVolumeCapabilities",
                    "NodeGetCapabilities",
                    "NodeGetInfo",
                    "NodeGetVolumeStats",
                    "GetInfo");

    private final AtomicLong calls = new AtomicLong();
    private final CallMeter meter;
    private final LongSupplier nanoTime;

    /**
     * Of a server.
     *
     * @param meter hears of each call that has ended
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    public CallLog(CallMeter meter, LongSupplier nanoTime) {
        this.meter = meter;
        this.nanoTime = nanoTime;
    }

    /** Hears of calls. Safe for use by many threads. */
    @FunctionalInterface
    public interface CallMeter {
        void ended(String method, Status.Code code, Duration took);
    }

    @Override
    public <Q, A> Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Logged<Q, A> logged = new Logged<>(call, calls.incrementAndGet());
        return new SimpleForwardingServerCallListener<>(
                Contexts.interceptCall(Context.current(), logged, headers, next)) {

            @Override
            public void onMessage(Q message) {
                logged.asked(message);
                super.onMessage(message);
            }

            @Override
            public void onCancel() {
                logged.end(Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    private final class Logged<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final long number;
        private final String method;
        private final long began = nanoTime.getAsLong();
        private volatile String request = "";
        private boolean hasEnded;

        Logged(ServerCall<Q, A> call, long number) {
            super(call);
            this.number = number;
            String name = call.getMethodDescriptor().getBareMethodName();
            this.method = name == null ? call.getMethodDescriptor().getFullMethodName() : name;
        }

        void asked(Object message) {
            if (message instanceof MessageOrBuilder known && LOG.isInfoEnabled()) {
                request = Redacted.text(known);
            }
            LOG.debug("{} {} {}", number, method, request);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end(status);
            Status told =
                    status.getCause() == null
                            ? status
                            : status.withCause(null).augmentDescription("(call " + number + ")");
            super.close(told, trailers);
        }

        void end(Status status) {
            synchronized (this) {
                if (hasEnded) {
                    return;
                }
                hasEnded = true;
            }
            Duration took = Duration.ofNanos(nanoTime.getAsLong() - began);
            meter.ended(method, status.getCode(), took);
            if (status.getCause() != null) {
                LOG.error("{} {} {} failed", number, method, request, status.getCause());
            } else if (!status.isOk()) {
                LOG.info(
                        "{} {} {}: {} after {} ms",
                        number,
                        method,
                        request,
                        told(status),
                        took.toMillis());
            } else if (LOOKING.contains(method)) {
                LOG.debug("{} {}: done after {} ms", number, method, took.toMillis());
            } else {
                LOG.info("{} {} {}: done after {} ms", number, method, request, took.toMillis());
            }
        }

        private static String told(Status status) {
            String text = status.getDescription();
            return status.getCode() + (text == null ? "" : " " + text);
        }
    }
}
