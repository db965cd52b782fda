package storage.dispersive.csi.socket;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves gRPC on a socket in the file system that only its owner (and root) may connect to. Each
 * call has a virtual thread. Closed once.
 */
public final class SocketServer implements AutoCloseable {

    /** More than any message of CSI has; maps are limited to a few kibibytes each. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final int MAX_CALLS = 1024;
    private static final Duration LAST_WAIT = Duration.ofSeconds(2);

    private final SocketFile file;
    private final EventLoopGroup loop;
    private final ExecutorService threads;
    private final Server server;
    private final Duration grace;

    /**
     * Where and how it serves.
     *
     * @param grace how long calls may go on when it is closed
     */
    public record Place(Path socket, Duration grace) {}

    private SocketServer(
            Place place, List<? extends BindableService> services, ServerInterceptor interceptor)
            throws IOException {
        file = new SocketFile(place.socket());
        grace = place.grace();
        loop = new EpollEventLoopGroup(1, new DefaultThreadFactory("csi-socket", true));
        threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("csi-call-", 0).factory());
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new DomainSocketAddress(file.birthplace().toFile()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .executor(threads)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .maxConcurrentCallsPerConnection(MAX_CALLS)
                        .intercept(interceptor);
        services.forEach(builder::addService);
        server = builder.build();
    }

    /**
     * Serves from now on.
     *
     * @throws SocketTakenException if something else is there
     */
    public static SocketServer start(
            Place place, List<? extends BindableService> services, ServerInterceptor interceptor)
            throws IOException {
        SocketServer made = new SocketServer(place, services, interceptor);
        try {
            made.server.start();
            made.file.show();
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** Whether another process serves there. */
    public static boolean isTaken(Place place) throws IOException {
        return SocketFile.isListening(place.socket());
    }

    /** Whether it serves. */
    public boolean isServing() {
        return !server.isShutdown();
    }

    /** Takes no further calls, lets those that run end for a while, and takes the socket away. */
    @Override
    public void close() {
        try {
            server.shutdown();
            if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow().awaitTermination(LAST_WAIT.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        loop.shutdownGracefully(0, LAST_WAIT.toSeconds(), TimeUnit.SECONDS).syncUninterruptibly();
        try {
            file.remove();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket is left behind", e);
        }
    }
}
