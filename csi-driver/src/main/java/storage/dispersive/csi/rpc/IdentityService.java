package storage.dispersive.csi.rpc;

import com.google.protobuf.BoolValue;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;
import storage.dispersive.csi.protocol.GetPluginCapabilitiesRequest;
import storage.dispersive.csi.protocol.GetPluginCapabilitiesResponse;
import storage.dispersive.csi.protocol.GetPluginInfoRequest;
import storage.dispersive.csi.protocol.GetPluginInfoResponse;
import storage.dispersive.csi.protocol.IdentityGrpc;
import storage.dispersive.csi.protocol.PluginCapability;
import storage.dispersive.csi.protocol.PluginCapability.Service;
import storage.dispersive.csi.protocol.PluginCapability.VolumeExpansion;
import storage.dispersive.csi.protocol.ProbeRequest;
import storage.dispersive.csi.protocol.ProbeResponse;

/** Who the driver is. The same in both of its modes. */
public final class IdentityService extends IdentityGrpc.IdentityImplBase {

    /** What the driver is called, by StorageClasses and kubelets. */
    public static final String DRIVER = "csi.dispersive.storage";

    private final String version;
    private final BooleanSupplier readiness;

    /**
     * Of a driver.
     *
     * @param version of the program
     * @param readiness whether it can work; asked for each probe
     */
    public IdentityService(String version, BooleanSupplier readiness) {
        this.version = version;
        this.readiness = readiness;
    }

    @Override
    public void getPluginInfo(
            GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        GetPluginInfoResponse.newBuilder()
                                .setName(DRIVER)
                                .setVendorVersion(version)
                                .build());
    }

    @Override
    public void getPluginCapabilities(
            GetPluginCapabilitiesRequest request,
            StreamObserver<GetPluginCapabilitiesResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        GetPluginCapabilitiesResponse.newBuilder()
                                .addCapabilities(service(Service.Type.CONTROLLER_SERVICE))
                                .addCapabilities(
                                        PluginCapability.newBuilder()
                                                .setVolumeExpansion(
                                                        VolumeExpansion.newBuilder()
                                                                .setType(
                                                                        VolumeExpansion.Type
                                                                                .ONLINE)))
                                .build());
    }

    private static PluginCapability.Builder service(Service.Type type) {
        return PluginCapability.newBuilder().setService(Service.newBuilder().setType(type));
    }

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        ProbeResponse.newBuilder()
                                .setReady(BoolValue.of(readiness.getAsBoolean()))
                                .build());
    }
}
