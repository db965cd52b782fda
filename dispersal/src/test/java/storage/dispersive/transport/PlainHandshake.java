package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Believes everybody; to see what TLS costs. Only tests have it. */
final class PlainHandshake implements Handshake {

    @Override
    public void asServer(Channel channel) {
        install(channel, new PeerIdentity.Volume(Network.VOLUME));
    }

    @Override
    public void asClient(Channel channel) {
        install(channel, new PeerIdentity.Pod(Network.POD));
    }

    private static void install(Channel channel, PeerIdentity peer) {
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext ctx) {
                                ctx.fireUserEventTriggered(new PeerKnown(peer));
                                ctx.fireChannelActive();
                            }
                        });
    }
}
