package storage.dispersive.csi.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.csi.app.DriverSettings.Controller;
import storage.dispersive.csi.app.DriverSettings.Node;
import storage.dispersive.csi.controller.FencedByTheNext;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.kubernetes.KubernetesVolumes;
import storage.dispersive.csi.registration.RegistrationService;
import storage.dispersive.csi.rpc.ControllerService;
import storage.dispersive.csi.rpc.IdentityService;
import storage.dispersive.csi.rpc.NodeService;
import storage.dispersive.csi.socket.CallLog;
import storage.dispersive.csi.socket.SelfProbe;
import storage.dispersive.csi.socket.SocketServer;
import storage.dispersive.csi.turns.Turns;
import storage.dispersive.csi.turns.VolumesInTurn;

/** All parts of a running driver. Closed once; safe for use by many threads. */
final class RunningDriver implements AutoCloseable {

    /** What to end, the last that began first. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private final SelfProbe probe;
    private @Nullable RegistrationService registration;

    /** What the framework lends. */
    record Lent(KubernetesClient client, MeterRegistry registry) {}

    @FunctionalInterface
    private interface Part {
        void close();
    }

    private RunningDriver(DriverSettings settings) {
        probe = new SelfProbe(settings.place().socket());
        parts.push(probe::close);
    }

    /**
     * Starts a driver.
     *
     * @param version of the program
     * @throws IOException if a socket cannot be made
     */
    static RunningDriver start(DriverSettings settings, Lent lent, String version)
            throws IOException {
        RunningDriver made = new RunningDriver(settings);
        try {
            CallLog log = new CallLog(new CallMeters(lent.registry()), System::nanoTime);
            List<BindableService> services = new ArrayList<>();
            services.add(new IdentityService(version, () -> true));
            services.add(made.service(settings, lent));
            made.serve(settings.place(), services, log);
            if (settings.mode() instanceof Node node) {
                made.register(node, settings, log);
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private BindableService service(DriverSettings settings, Lent lent) throws IOException {
        return switch (settings.mode()) {
            case Controller controller -> controller(controller, lent, inTurn(Turns.virtual()));
            case Node node -> {
                RunningNode running =
                        RunningNode.start(node, lent.client(), inTurn(Turns.platform()));
                parts.push(running::close);
                yield new NodeService(running.volumes());
            }
        };
    }

    private Turns inTurn(Turns turns) {
        parts.push(turns::close);
        return turns;
    }

    private static BindableService controller(Controller controller, Lent lent, Turns turns) {
        KubernetesVolumes resources =
                new KubernetesVolumes(
                        lent.client(),
                        new KubernetesVolumes.Pools(controller.settings().namespace()),
                        Clock.systemUTC());
        ResourceVolumes volumes =
                new ResourceVolumes(resources, new FencedByTheNext(), controller.settings());
        return new ControllerService(new VolumesInTurn(volumes, turns, volumes::handleOf));
    }

    private SocketServer serve(
            SocketServer.Place place, List<BindableService> services, CallLog log)
            throws IOException {
        SocketServer server = SocketServer.start(place, services, log);
        parts.push(server::close);
        return server;
    }

    /** Last, as the kubelet calls at once. */
    private void register(Node node, DriverSettings settings, CallLog log) throws IOException {
        RegistrationService service =
                new RegistrationService(IdentityService.DRIVER, node.kubeletSocket());
        registration = service;
        serve(
                new SocketServer.Place(node.registration().socket(), settings.place().grace()),
                List.of(service),
                log);
    }

    /** Why pods cannot have volumes by it, if they cannot. */
    Optional<String> whyNotReady() {
        if (registration == null) {
            return Optional.empty();
        }
        return switch (registration.state()) {
            case RegistrationService.State.Unasked() ->
                    Optional.of("no kubelet has found the registration socket yet");
            case RegistrationService.State.Registered() -> Optional.empty();
            case RegistrationService.State.Failed(String why) ->
                    Optional.of("the kubelet does not take the driver: " + why);
        };
    }

    /** Whether it answers on its own socket. */
    boolean answers() {
        return probe.answers();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
