package storage.dispersive.csi.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.protocol.kubelet.InfoRequest;
import storage.dispersive.csi.protocol.kubelet.PluginInfo;
import storage.dispersive.csi.protocol.kubelet.RegistrationGrpc;
import storage.dispersive.csi.protocol.kubelet.RegistrationStatus;
import storage.dispersive.csi.registration.RegistrationService.State;
import storage.dispersive.csi.socket.CallLog;
import storage.dispersive.csi.socket.SocketServer;

class RegistrationServiceTest {

    private static final Path ENDPOINT = Path.of("/var/lib/kubelet/plugins/x/csi.sock");

    @TempDir private Path directory;

    @Test
    void aKubeletThatAsksIsToldWhereTheDriverIsAndTellsWhatBecameOfIt() throws Exception {
        RegistrationService service = new RegistrationService("csi.example", ENDPOINT);
        Path socket = directory.resolve("csi.example-reg.sock");
        EventLoopGroup loop = new EpollEventLoopGroup(1);
        try (SocketServer _ =
                SocketServer.start(
                        new SocketServer.Place(socket, Duration.ofSeconds(1)),
                        List.of(service),
                        new CallLog((_, _, _) -> {}, System::nanoTime))) {
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                            .eventLoopGroup(loop)
                            .channelType(EpollDomainSocketChannel.class)
                            .usePlaintext()
                            .overrideAuthority("localhost")
                            .build();
            RegistrationGrpc.RegistrationBlockingStub kubelet =
                    RegistrationGrpc.newBlockingStub(channel);
            assertThat(service.state()).isEqualTo(new State.Unasked());
            assertThat(kubelet.getInfo(InfoRequest.getDefaultInstance()))
                    .isEqualTo(
                            PluginInfo.newBuilder()
                                    .setType("CSIPlugin")
                                    .setName("csi.example")
                                    .setEndpoint(ENDPOINT.toString())
                                    .addSupportedVersions("1.0.0")
                                    .build());
            var _ =
                    kubelet.notifyRegistrationStatus(
                            RegistrationStatus.newBuilder().setError("no such node").build());
            assertThat(service.state()).isEqualTo(new State.Failed("no such node"));
            var _ =
                    kubelet.notifyRegistrationStatus(
                            RegistrationStatus.newBuilder().setPluginRegistered(true).build());
            assertThat(service.state()).isEqualTo(new State.Registered());
            channel.shutdownNow();
        } finally {
            var _ = loop.shutdownGracefully();
        }
    }
}
