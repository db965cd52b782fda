package storage.dispersive.vnet.sidecar;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import org.jspecify.annotations.Nullable;
import storage.dispersive.transport.Handshake.PeerKnown;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ProtocolException;

/**
 * A control connection from TLS to messages: each is preceded by its length, two bytes, big-endian.
 * Only sidecars are heard. On the loop.
 */
final class ControlPipeline extends ChannelInboundHandlerAdapter {

    private static final int LENGTH_BYTES = 2;

    private final Owner owner;
    private @Nullable String peer;

    /** One end of the connection. */
    interface Owner {
        /** The other end has shown that it is the sidecar of this host. */
        void known(String peer);

        void heard(ControlMessage message) throws ProtocolException;

        /** The connection is of no use; called before it is closed, perhaps several times. */
        void failed(Throwable why);

        void closed();
    }

    private ControlPipeline(Owner owner) {
        this.owner = owner;
    }

    /** Goes behind the handshake's handlers. */
    static void install(Channel channel, Owner owner) {
        channel.pipeline()
                .addLast(
                        new LengthFieldBasedFrameDecoder(
                                LENGTH_BYTES + ControlMessage.MAX_BYTES,
                                0,
                                LENGTH_BYTES,
                                0,
                                LENGTH_BYTES),
                        new LengthFieldPrepender(LENGTH_BYTES),
                        new ControlPipeline(owner));
    }

    static void send(Channel channel, ControlMessage message) {
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(message.encode()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof PeerKnown(PeerIdentity identity)) {
            if (identity instanceof PeerIdentity.Vnet(String name)) {
                peer = name;
                owner.known(name);
            } else {
                fail(ctx, new ProtocolException("the peer is no sidecar, but " + identity));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            byte[] bytes = new byte[frame.readableBytes()];
            frame.readBytes(bytes);
            if (peer == null) {
                throw new ProtocolException("a message of nobody");
            }
            owner.heard(ControlMessage.decode(bytes));
        } catch (ProtocolException e) {
            fail(ctx, e);
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        owner.closed();
    }

    @Override
    @SuppressWarnings("deprecation") // inherited from ChannelHandler
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable why) {
        owner.failed(why);
        var _ = ctx.close();
    }
}
