package storage.dispersive.csi.socket;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import storage.dispersive.csi.protocol.IdentityGrpc;
import storage.dispersive.csi.protocol.ProbeRequest;

/**
 * Asks a driver whether it is ready, over its own socket as everybody else does: what answers is
 * alive from the socket to the domain. Safe for use by many threads.
 */
public final class SelfProbe implements AutoCloseable {

    private static final int SECONDS = 5;

    private final EventLoopGroup loop =
            new EpollEventLoopGroup(1, new DefaultThreadFactory("csi-probe", true));
    private final ManagedChannel channel;

    public SelfProbe(Path socket) {
        channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .build();
    }

    /** Blocks for some seconds at most. */
    public boolean answers() {
        try {
            var _ =
                    IdentityGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                            .probe(ProbeRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
