package storage.dispersive.csi.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger log = LoggerFactory.getLogger(RunningDriver.class);

    /** How often it is looked whether the process of the pod before has ended. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** What to end, the last that began first. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private final SelfProbe probe;
    private volatile @Nullable RegistrationService registration;
    private boolean isClosed;

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
            switch (settings.mode()) {
                case Controller controller -> {
                    services.add(made.service(controller, lent));
                    made.serve(settings.place(), services, log);
                }
                case Node node -> {
                    RunningNode running = made.running(node, lent);
                    services.add(new NodeService(running.volumes()));
                    made.stepIn(
                            settings.place(),
                            () -> {
                                made.serve(settings.place(), services, log);
                                running.lookAfterLost();
                                made.register(node, settings, log);
                            });
                }
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private BindableService service(Controller controller, Lent lent) {
        return controller(controller, lent, inTurn(Turns.virtual()));
    }

    private RunningNode running(Node node, Lent lent) throws IOException {
        RunningNode running = RunningNode.start(node, lent.client(), inTurn(Turns.platform()));
        parts.push(running::close);
        return running;
    }

    private Turns inTurn(Turns turns) {
        parts.push(turns::close);
        return turns;
    }

    @FunctionalInterface
    private interface Beginning {
        void begin() throws IOException;
    }

    /**
     * Serves, at once or when the process of the pod before, which still does, has ended. Until
     * then this one is as ready as it can be: only when it is will that pod be ended.
     */
    private void stepIn(SocketServer.Place place, Beginning beginning) throws IOException {
        if (!SocketServer.isTaken(place)) {
            beginning.begin();
            return;
        }
        log.info("another process serves on {}; this one follows it", place.socket());
        Thread waiting =
                Thread.ofPlatform().daemon().name("successor").start(() -> await(place, beginning));
        parts.push(waiting::interrupt);
    }

    private void await(SocketServer.Place place, Beginning beginning) {
        try {
            while (SocketServer.isTaken(place)) {
                Thread.sleep(LOOK);
            }
            begin(beginning);
            log.info("it serves on {} now", place.socket());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.error("the process cannot serve after the one before, and ends", e);
            Quarkus.asyncExit(DispersiveCsi.NO_SOCKET);
        }
    }

    private synchronized void begin(Beginning beginning) throws IOException {
        if (!isClosed) {
            beginning.begin();
        }
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
        RegistrationService service = registration;
        if (service == null) {
            return Optional.empty();
        }
        return switch (service.state()) {
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
    public synchronized void close() {
        isClosed = true;
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
