package storage.dispersive.csi.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import storage.dispersive.csi.controller.FencedByTheNext;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.controller.Sharing;
import storage.dispersive.csi.controller.VolumesInMemory;
import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.protocol.ControllerGrpc;
import storage.dispersive.csi.protocol.IdentityGrpc;
import storage.dispersive.csi.protocol.NodeGrpc;
import storage.dispersive.csi.socket.CallLog;
import storage.dispersive.csi.socket.SocketServer;
import storage.dispersive.csi.turns.NodeInTurn;
import storage.dispersive.csi.turns.Turns;
import storage.dispersive.csi.turns.VolumesInTurn;

/** All services over a real socket, and who calls them. */
final class TriedDriver implements AutoCloseable {

    private final EventLoopGroup loop = new EpollEventLoopGroup(1);
    private final Turns controllerTurns = Turns.virtual();
    private final Turns nodeTurns = Turns.platform();
    private final SocketServer server;
    private final ManagedChannel channel;

    TriedDriver(Path socket, NodeVolumes node) throws IOException {
        ResourceVolumes volumes =
                new ResourceVolumes(
                        new VolumesInMemory("node-a"),
                        new FencedByTheNext(),
                        new ResourceVolumes.Settings(
                                "ours", Sharing.ONE_NODE, Duration.ofSeconds(1)));
        server =
                SocketServer.start(
                        new SocketServer.Place(socket, Duration.ofSeconds(1)),
                        List.of(
                                new IdentityService("1", () -> true),
                                new ControllerService(
                                        new VolumesInTurn(
                                                volumes, controllerTurns, volumes::handleOf)),
                                new NodeService(new NodeInTurn(node, nodeTurns))),
                        new CallLog((_, _, _) -> {}, System::nanoTime));
        channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .build();
    }

    IdentityGrpc.IdentityBlockingStub identity() {
        return IdentityGrpc.newBlockingStub(channel);
    }

    ControllerGrpc.ControllerBlockingStub controller() {
        return ControllerGrpc.newBlockingStub(channel);
    }

    NodeGrpc.NodeBlockingStub node() {
        return NodeGrpc.newBlockingStub(channel);
    }

    /** The status of a call. */
    static Status status(Runnable call) {
        try {
            call.run();
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        controllerTurns.close();
        nodeTurns.close();
        var _ = loop.shutdownGracefully();
    }
}
