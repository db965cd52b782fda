package storage.dispersive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A caller that speaks TLS and then whatever a test likes. */
final class RawTls {

    private static final int ENOUGH_CHARS = 4096;

    private final Channel channel;
    private final StringBuilder heard = new StringBuilder();
    private final CompletableFuture<String> closed = new CompletableFuture<>();

    RawTls(Network network, int port, @Nullable TlsIdentity identity) {
        SslContext context = identity == null ? anonymous(network) : identity.client();
        this.channel =
                network.engineLoop
                        .clientBootstrap(InetAddress.getLoopbackAddress())
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        made.pipeline()
                                                .addLast(context.newHandler(made.alloc()))
                                                .addLast(new Ear());
                                    }
                                })
                        .connect("127.0.0.1", port)
                        .syncUninterruptibly()
                        .channel();
    }

    Channel channel() {
        return channel;
    }

    void send(String hex) {
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    /** What the pod said until it closed the connection. */
    String untilClosed() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static SslContext anonymous(Network network) {
        try {
            return SslContextBuilder.forClient()
                    .protocols("TLSv1.3")
                    .endpointIdentificationAlgorithm(null)
                    .trustManager(
                            new ByteArrayInputStream(
                                    Network.bytes(network.authority.certificatePem())))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Ear extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (heard.length() < ENOUGH_CHARS) {
                heard.append(ByteBufUtil.hexDump(bytes));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed.complete(heard.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
