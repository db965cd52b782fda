package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.foreign.DescriptorCalls;

class AdoptedSocketTest {

    private static final int TURNS = 20;
    private static final int O_NONBLOCK = 04000;

    private final NettyEventLoop loop = NettyEventLoop.start("adopting");

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void whatComesBeforeThereAreHandlersIsNotLost() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket socket = Leases.connected(server.getLocalPort());
            Channel channel = Leases.on(loop, () -> loop.adopt(socket.intValue()));
            assertThat(channel.isActive()).isTrue();
            assertThat(channel.remoteAddress()).isEqualTo(server.getLocalSocketAddress());
            List<String> heard = new CopyOnWriteArrayList<>();
            try (java.net.Socket early = server.accept()) {
                early.getOutputStream().write("early".getBytes(StandardCharsets.US_ASCII));
                for (int turn = 0; turn < TURNS; turn++) {
                    Leases.on(loop, () -> true); // it would be read in one of these
                }
                Leases.on(
                        loop,
                        () -> {
                            channel.pipeline().addLast(new Ear(heard));
                            return channel.config().setAutoRead(true);
                        });
                await().until(() -> String.join("", heard).equals("early"));
            }
            await().until(() -> !channel.isOpen());
        }
    }

    @Test
    void aSocketWhoseCallsWaitDoesNotHoldTheLoopUp() throws IOException {
        Socket listening = Leases.listening();
        Socket connected = Leases.connected(listening.localAddress().getPort());
        DescriptorCalls.letWait(connected.intValue());
        DescriptorCalls.letWait(listening.intValue());
        Channel channel = Leases.on(loop, () -> loop.adopt(connected.intValue()));
        Channel server = loop.adoptListening(listening.intValue());
        assertThat(flags(connected) & O_NONBLOCK).isNotZero();
        assertThat(flags(listening) & O_NONBLOCK).isNotZero();
        server.unsafe().closeForcibly();
        var _ = channel.close();
    }

    /** Octal, as proc(5) has them. */
    private static int flags(Socket socket) throws IOException {
        String info = Files.readString(Path.of("/proc/self/fdinfo/" + socket.intValue()));
        return Integer.parseInt(info.replaceFirst("(?s).*flags:\\s+(\\d+).*", "$1"), 8);
    }

    @Test
    void aSocketThatIsNotConnectedIsRefusedAndClosed() throws IOException {
        Socket idle = Socket.newSocketStream();
        assertThatThrownBy(() -> Leases.on(loop, () -> loop.adopt(idle.intValue())))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("not connected");
        assertThat(isOpen(idle.intValue())).isFalse();
    }

    @Test
    void aSocketThatDoesNotListenIsRefusedAndClosed() throws IOException {
        Socket bound = Socket.newSocketStream();
        bound.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThatThrownBy(() -> loop.adoptListening(bound.intValue()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not listen");
        assertThat(isOpen(bound.intValue())).isFalse();
    }

    @Test
    void whatIsNoSocketIsRefusedAndClosed() throws IOException {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        assertThatThrownBy(() -> Leases.on(loop, () -> loop.adopt(pipe[0].intValue())))
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> loop.adoptListening(pipe[1].intValue()))
                .isInstanceOf(IOException.class);
        assertThat(isOpen(pipe[0].intValue())).isFalse();
        assertThat(isOpen(pipe[1].intValue())).isFalse();
        assertThatThrownBy(() -> loop.adoptListening(-1)).isInstanceOf(IOException.class);
    }

    @Test
    void connectionsAreAdoptedOnTheLoop() throws IOException {
        assertThatThrownBy(() -> loop.adopt(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutEpollNothingIsAdopted() {
        try (NettyEventLoop nio = new NettyEventLoop(new NioEventLoopGroup(1), false)) {
            assertThatThrownBy(() -> nio.adoptListening(1))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("epoll");
        }
    }

    private static boolean isOpen(int descriptor) {
        return Files.exists(Path.of("/proc/self/fd/" + descriptor));
    }

    private static final class Ear extends SimpleChannelInboundHandler<ByteBuf> {
        private final List<String> heard;

        Ear(List<String> heard) {
            this.heard = heard;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            heard.add(bytes.toString(StandardCharsets.US_ASCII));
        }
    }
}
