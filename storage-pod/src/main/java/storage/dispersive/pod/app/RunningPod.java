package storage.dispersive.pod.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import storage.dispersive.pod.disk.FileDisk;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreException;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.OrdinaryDoor;
import storage.dispersive.transport.PodServer;
import storage.dispersive.transport.ServerLimits;
import storage.dispersive.vnet.client.LeaseIssuer;
import storage.dispersive.vnet.client.PodMachines;
import storage.dispersive.wire.PodName;

/**
 * A store and its server on one loop. Started and closed by one thread, which waits for the loop.
 */
final class RunningPod implements AutoCloseable {

    /** Of appends that are on their way to the disk; it counts against the process' memory. */
    private static final long MAX_UNSYNCED_BYTES = 24L << 20;

    /** Kept back for fences and start records, of small stores an eighth at most. */
    private static final long RESERVE_BYTES = 16L << 20;

    private final PodCredentials credentials;
    private final NettyEventLoop loop;
    private final PodStatus status;
    private final PortionStore store;
    private final PodServer server;
    private final Optional<PodMachines> machines;
    private final InetSocketAddress address;

    private RunningPod(
            PodCredentials credentials,
            NettyEventLoop loop,
            PodStatus status,
            PortionStore store,
            PodServer server,
            Optional<PodMachines> machines,
            InetSocketAddress address) {
        this.credentials = credentials;
        this.loop = loop;
        this.status = status;
        this.store = store;
        this.server = server;
        this.machines = machines;
        this.address = address;
    }

    /**
     * Waits for the pod's identity, opens the store, then serves it.
     *
     * @throws BadSettingException if a setting turns out not to work on this machine
     * @throws StoreException if the store cannot be opened
     */
    static RunningPod start(PodSettings settings, PodStatus status, MeterRegistry registry)
            throws BadSettingException, StoreException {
        PodCredentials credentials = PodCredentials.open(settings, status);
        NettyEventLoop loop = NettyEventLoop.start("pod");
        try {
            return start(settings, credentials, loop, status, registry);
        } catch (BadSettingException | StoreException | RuntimeException e) {
            credentials.close();
            loop.close();
            throw e;
        }
    }

    private static RunningPod start(
            PodSettings settings,
            PodCredentials credentials,
            NettyEventLoop loop,
            PodStatus status,
            MeterRegistry registry)
            throws BadSettingException, StoreException {
        StoreMeters meters = new StoreMeters(registry);
        PortionStore store = open(settings, loop, meters);
        try {
            PodServer.Self self =
                    new PodServer.Self(new PodName(settings.name()), store.incarnation());
            MeteredStore metered = new MeteredStore(store::handle, meters, status);
            PodServer server =
                    new PodServer(
                            loop,
                            self,
                            credentials.handshake(),
                            door(settings),
                            ServerLimits.DEFAULT,
                            metered);
            InetSocketAddress address = listen(server, settings.address());
            Optional<PodMachines> machines =
                    machines(settings, self.name(), loop, server, credentials.leases());
            meters.show(status, () -> server.connections().size());
            credentials.show(status, registry);
            machines.ifPresent(made -> status.need(() -> missingSidecar(made)));
            status.enter(new PodCondition.Serving());
            new StoreWatch(loop, store, status).begin();
            return new RunningPod(credentials, loop, status, store, server, machines, address);
        } catch (BadSettingException | RuntimeException e) {
            call(loop, () -> close(store));
            throw e;
        }
    }

    /** The port that portions are served at. */
    int port() {
        return address.getPort();
    }

    /** Ends what is under way and gives the directory back. */
    @Override
    public void close() {
        status.enter(new PodCondition.Ending());
        credentials.close();
        server.close();
        machines.ifPresent(PodMachines::close);
        call(loop, () -> close(store));
        loop.close();
    }

    private static OrdinaryDoor door(PodSettings settings) {
        return settings.sidecar().isPresent() ? OrdinaryDoor.ADMINISTRATION : OrdinaryDoor.ALL;
    }

    private static Optional<PodMachines> machines(
            PodSettings settings,
            PodName name,
            NettyEventLoop loop,
            PodServer server,
            Optional<LeaseIssuer> leases) {
        return settings.sidecar()
                .flatMap(socket ->
                        leases.map(issuer -> new PodMachines(loop, server, name, issuer, socket)));
    }

    private static Optional<String> missingSidecar(PodMachines machines) {
        return machines.hasSidecar()
                ? Optional.empty()
                : Optional.of("the sidecar that makes virtual network machines is not there");
    }

    private static PortionStore open(PodSettings settings, NettyEventLoop loop, StoreMeters meters)
            throws StoreException {
        StoreLimits limits = limits(settings);
        MeteredDisk disk =
                new MeteredDisk(new FileDisk(settings.directory(), loop), meters, loop::nanoTime);
        PodIdentity name = new PodIdentity(settings.name());
        try {
            return call(
                    loop, () -> PortionStore.open(disk, name, loop, limits, new SecureRandom()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static StoreLimits limits(PodSettings settings) {
        StoreLimits usual = StoreLimits.PRODUCTION;
        return new StoreLimits(
                settings.segmentSizeBytes(),
                usual.spareFiles(),
                settings.capacityBytes(),
                Math.min(RESERVE_BYTES, settings.capacityBytes() / 8),
                usual.maxVolumes(),
                usual.maxOpenFiles(),
                MAX_UNSYNCED_BYTES);
    }

    private static InetSocketAddress listen(PodServer server, InetSocketAddress address)
            throws BadSettingException {
        try {
            return server.listen(address).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw BadSettingException.unusable(
                    "the address " + address.getHostString() + " port " + address.getPort(),
                    cause,
                    "an address of this machine and a port that is free as dispersive.pod.address"
                            + " and dispersive.pod.port; port 0 takes a free one");
        }
    }

    private static Boolean close(PortionStore store) {
        store.close();
        return true;
    }

    /** Runs it on the loop and waits for it. */
    private static <T> T call(NettyEventLoop loop, Callable<T> task) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return task.call();
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        },
                        loop)
                .join();
    }
}
