package storage.dispersive.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SocketTuningTest {

    private static final Path ALLOWED =
            Path.of("/proc/sys/net/ipv4/tcp_allowed_congestion_control");

    private static boolean isCubicAllowed() throws IOException {
        return System.getProperty("user.name").equals("root")
                || Files.readString(ALLOWED).contains("cubic");
    }

    /** What it accepts begins so, too. Says nothing where cubic is the default. */
    @Test
    void aListenerUsesCubicBeforeItListens() throws IOException {
        Assumptions.assumeTrue(Epoll.isAvailable() && isCubicAllowed());
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (NettyEventLoop loop = NettyEventLoop.start("listener")) {
            Channel channel =
                    loop.serverBootstrap(here.getAddress())
                            .childHandler(new ChannelInboundHandlerAdapter())
                            .bind(here)
                            .syncUninterruptibly()
                            .channel();
            ByteBuffer choice = channel.config().getOption(SocketTuning.CONGESTION);
            byte[] name = new byte[choice.remaining()];
            choice.get(name);
            assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("cubic");
        }
    }
}
