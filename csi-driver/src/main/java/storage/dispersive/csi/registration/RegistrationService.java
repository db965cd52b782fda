package storage.dispersive.csi.registration;

import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import storage.dispersive.csi.protocol.kubelet.InfoRequest;
import storage.dispersive.csi.protocol.kubelet.PluginInfo;
import storage.dispersive.csi.protocol.kubelet.RegistrationGrpc;
import storage.dispersive.csi.protocol.kubelet.RegistrationStatus;
import storage.dispersive.csi.protocol.kubelet.RegistrationStatusResponse;

/** Answers a kubelet, and knows what became of it. Safe for use by many threads. */
public final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {

    private static final String TYPE = "CSIPlugin";

    /** Of CSI, as kubelets call it; they take each 1.x for this one. */
    private static final List<String> VERSIONS = List.of("1.0.0");

    private final PluginInfo info;
    private volatile State state = new State.Unasked();

    /**
     * Of a driver.
     *
     * @param endpoint the socket of its node service, as the kubelet finds it
     */
    public RegistrationService(String driver, Path endpoint) {
        info =
                PluginInfo.newBuilder()
                        .setType(TYPE)
                        .setName(driver)
                        .setEndpoint(endpoint.toString())
                        .addAllSupportedVersions(VERSIONS)
                        .build();
    }

    /** What became of it. */
    public sealed interface State {

        /** No kubelet has said anything yet. */
        record Unasked() implements State {}

        /** The kubelet sends pods' volumes here. */
        record Registered() implements State {}

        /** The kubelet will not have it, and tries again by itself. */
        record Failed(String why) implements State {}
    }

    public State state() {
        return state;
    }

    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> caller) {
        caller.onNext(info);
        caller.onCompleted();
    }

    @Override
    public void notifyRegistrationStatus(
            RegistrationStatus status, StreamObserver<RegistrationStatusResponse> caller) {
        state =
                status.getPluginRegistered()
                        ? new State.Registered()
                        : new State.Failed(status.getError());
        caller.onNext(RegistrationStatusResponse.getDefaultInstance());
        caller.onCompleted();
    }
}
