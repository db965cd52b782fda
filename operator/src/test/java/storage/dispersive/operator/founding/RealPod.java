package storage.dispersive.operator.founding;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.pod.disk.FileDisk;
import storage.dispersive.pod.store.PodIdentity;
import storage.dispersive.pod.store.PortionStore;
import storage.dispersive.pod.store.StoreException;
import storage.dispersive.pod.store.StoreLimits;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.OrdinaryDoor;
import storage.dispersive.transport.PodServer;
import storage.dispersive.transport.ServerLimits;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.wire.PodName;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** A store in a directory, served over TLS as one of an isolated network is: to administrators. */
final class RealPod implements AutoCloseable {

    private final PodName name;
    private final NettyEventLoop loop;
    private final PortionStore store;
    private final PodServer server;
    private final int port;
    private boolean closed;

    private RealPod(
            PodName name, NettyEventLoop loop, PortionStore store, PodServer server, int port) {
        this.name = name;
        this.loop = loop;
        this.store = store;
        this.server = server;
        this.port = port;
    }

    static RealPod start(PodName name, Path directory, CertificateAuthority authority)
            throws Exception {
        NettyEventLoop loop = NettyEventLoop.start(name.value());
        PortionStore store =
                CompletableFuture.supplyAsync(() -> open(name, directory, loop), loop).join();
        var identity =
                Identities.of(
                        authority,
                        authority.issuePod(name.value(), List.of(), List.of(), Duration.ofDays(1)));
        PodServer server =
                new PodServer(
                        loop,
                        new PodServer.Self(name, store.incarnation()),
                        new TlsHandshake(identity),
                        OrdinaryDoor.ADMINISTRATION,
                        ServerLimits.DEFAULT,
                        store::handle);
        InetSocketAddress address =
                server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        return new RealPod(name, loop, store, server, address.getPort());
    }

    private static PortionStore open(PodName name, Path directory, NettyEventLoop loop) {
        try {
            return PortionStore.open(
                    new FileDisk(directory, loop),
                    new PodIdentity(name.value()),
                    loop,
                    StoreLimits.SMALL.withSpareFiles(0),
                    new Random());
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    PodName name() {
        return name;
    }

    Incarnation incarnation() {
        return store.incarnation();
    }

    /** Where it listens, as somebody who takes it for {@code expected} believes. */
    SlotEndpoint placeOf(PodName expected) {
        return new SlotEndpoint("127.0.0.1", port, expected);
    }

    /** As somebody in the pod itself would ask. */
    PodReply ask(PodRequest request) {
        CompletableFuture<PodReply> answer = new CompletableFuture<>();
        loop.execute(() -> store.handle(request, answer::complete));
        return answer.join();
    }

    /** As if it had been deleted; more than once does no harm. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.close();
        CompletableFuture.runAsync(store::close, loop).join();
        loop.close();
    }
}
