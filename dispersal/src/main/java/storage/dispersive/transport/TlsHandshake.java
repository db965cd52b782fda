package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Mutual TLS. Time limits are the connection's, which knows of more than TLS. For any thread; what
 * it installs is used on the channel's loop.
 */
public final class TlsHandshake implements Handshake {

    private static final long CLOSE_NOTIFY_MILLIS = 500;
    private static final int NO_LIMIT_HERE = 0;

    private final Supplier<TlsIdentity> identity;

    /** Shows the same identity always. */
    public TlsHandshake(TlsIdentity identity) {
        this(() -> identity);
    }

    /**
     * Shows, and trusts, what {@code current} is when a handshake begins. What it was before goes
     * on to serve the connections that were made with it.
     */
    public TlsHandshake(Supplier<TlsIdentity> current) {
        this.identity = current;
    }

    @Override
    public void asServer(Channel channel) {
        TlsIdentity now = identity.get();
        install(channel, now.server(), now.roots());
    }

    @Override
    public void asClient(Channel channel) {
        TlsIdentity now = identity.get();
        install(channel, now.client(), now.roots());
    }

    private static void install(Channel channel, SslContext context, TrustedRoots roots) {
        SslHandler tls = context.newHandler(channel.alloc());
        tls.setHandshakeTimeoutMillis(NO_LIMIT_HERE);
        tls.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        channel.pipeline().addLast(tls, new Verifier(tls, roots));
    }

    private static final class Verifier extends ChannelInboundHandlerAdapter {
        private final SslHandler tls;
        private final TrustedRoots roots;

        Verifier(SslHandler tls, TrustedRoots roots) {
            this.tls = tls;
            this.roots = roots;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                if (completion.isSuccess()) {
                    verify(ctx);
                } else {
                    ctx.fireExceptionCaught(new HandshakeFailedException(completion.cause()));
                }
            }
        }

        private void verify(ChannelHandlerContext ctx) {
            try {
                var shown = tls.engine().getSession().getPeerCertificates();
                ctx.fireUserEventTriggered(new PeerKnown(roots.identify(shown)));
            } catch (SSLPeerUnverifiedException | IllegalArgumentException e) {
                ctx.fireExceptionCaught(new HandshakeFailedException(e));
            }
        }
    }
}
