package storage.dispersive.vnet.sidecar;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.keeper.DescriptorKeeper;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * A sidecar with all its parts. Threads are made where the caller of {@link #start} is, so all of
 * it lives in the caller's network namespace.
 *
 * <p>Thread contract: any thread.
 */
final class Sidecar implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);

    private static final long COLLECT_MILLIS = 5_000;

    /** In which the main processes tell a new sidecar what they hold. */
    private static final long SETTLE_MILLIS = 10_000;

    private final SidecarIdentity identity;
    private final StateThread state;
    private final NettyEventLoop loop;
    private final MachineRoom room;
    private final LocalServer local;
    private final Optional<DescriptorKeeper> keeper;
    private final ControlServer control;
    private final ControlClients clients;

    private Sidecar(
            SidecarIdentity identity,
            StateThread state,
            NettyEventLoop loop,
            MachineRoom room,
            LocalServer local,
            Optional<DescriptorKeeper> keeper,
            ControlServer control,
            ControlClients clients) {
        this.identity = identity;
        this.state = state;
        this.loop = loop;
        this.room = room;
        this.local = local;
        this.keeper = keeper;
        this.control = control;
        this.clients = clients;
    }

    /**
     * Starts a sidecar, once it has an identity; it serves when this returns.
     *
     * @throws IOException if a file, an address or a right is missing; the message says which
     */
    static Sidecar start(SidecarSettings settings) throws IOException {
        SidecarIdentity identity = SidecarIdentity.open(settings.identity());
        StateThread state = new StateThread();
        NettyEventLoop loop = NettyEventLoop.start("control");
        try {
            return start(settings, identity, state, loop);
        } catch (IOException | RuntimeException e) {
            identity.close();
            state.close();
            loop.close();
            throw e;
        }
    }

    private static Sidecar start(
            SidecarSettings settings,
            SidecarIdentity identity,
            StateThread state,
            NettyEventLoop loop)
            throws IOException {
        TlsHandshake handshake = identity.handshake();
        MachineRoom room =
                call(
                        state,
                        () ->
                                MachineRoom.open(
                                        settings.ports(),
                                        settings.paths(),
                                        new SecureRandom(),
                                        System::nanoTime));
        ControlClients clients = new ControlClients(loop, handshake);
        NodeEnd node = new NodeEnd(state, room, settings.paths(), clients);
        StorageEnd storage = new StorageEnd(state, room, settings.paths());
        ControlServer control =
                new ControlServer(loop, handshake, new ControlRequests(state, storage));
        for (InetSocketAddress address : settings.controls()) {
            control.listen(address);
        }
        // Whoever is welcomed deposits with it at once, so it comes first.
        Optional<DescriptorKeeper> keeper = keeper(settings);
        LocalServer local;
        try {
            local = local(settings, new LocalRequests(state, room, node, storage));
        } catch (IOException | RuntimeException e) {
            close(keeper);
            throw e;
        }
        state.repeat(COLLECT_MILLIS, () -> attempt(room::collect));
        state.later(SETTLE_MILLIS, () -> attempt(room::settle));
        return new Sidecar(identity, state, loop, room, local, keeper, control, clients);
    }

    private static LocalServer local(SidecarSettings settings, LocalRequests requests)
            throws IOException {
        LocalMessage.Welcome welcome =
                new LocalMessage.Welcome(0, settings.name().value(), settings.paths().names());
        return LocalServer.start(settings.socket(), settings.users(), welcome, requests);
    }

    private static Optional<DescriptorKeeper> keeper(SidecarSettings settings) throws IOException {
        return settings.keeper().isPresent()
                ? Optional.of(DescriptorKeeper.start(settings.keeper().get(), settings.users()))
                : Optional.empty();
    }

    private static void close(Optional<DescriptorKeeper> keeper) throws IOException {
        if (keeper.isPresent()) {
            keeper.get().close();
        }
    }

    private interface Upkeep {
        void run() throws IOException;
    }

    private static void attempt(Upkeep upkeep) {
        try {
            upkeep.run();
        } catch (IOException e) {
            LOG.error("the machines cannot be looked after; it will be tried again", e);
        }
    }

    private record ControlRequests(StateThread state, StorageEnd storage)
            implements ControlServer.Requests {
        @Override
        public void spawn(
                String peer, ControlMessage.Spawn request, Consumer<ControlMessage> answer) {
            state.execute(() -> storage.spawn(peer, request, answer));
        }

        @Override
        public void release(
                String peer, ControlMessage.Release request, Consumer<ControlMessage> answer) {
            state.execute(() -> storage.release(peer, request, answer));
        }

        @Override
        public void limit(
                String peer, ControlMessage.Limit request, Consumer<ControlMessage> answer) {
            state.execute(() -> storage.limit(peer, request, answer));
        }
    }

    private static <T> T call(StateThread state, Callable<T> task) throws IOException {
        try {
            return state.call(task);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** At the control port, since the start. */
    long callersTurnedAway() {
        return control.refusedCallers();
    }

    /**
     * Serves no more. Machines whose sockets are held by main processes live on, and are found
     * again by the next sidecar.
     */
    @Override
    public void close() throws IOException {
        identity.close();
        local.close();
        close(keeper);
        control.close();
        clients.close();
        loop.close();
        call(
                state,
                () -> {
                    room.close();
                    return true;
                });
        state.close();
    }
}
