package storage.dispersive.vnet.sidecar;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.protocol.ControlMessage;

/** Somebody who calls a sidecar's control port, with any identity, and says what he likes. */
final class ControlCaller implements ControlPipeline.Owner, AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private static final long POLL_MILLIS = 20;

    private final NettyEventLoop loop;
    private final BlockingQueue<ControlMessage> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> known = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Channel channel;

    private ControlCaller(NettyEventLoop loop, InetSocketAddress to, TlsHandshake handshake)
            throws IOException {
        this.loop = loop;
        ChannelFuture connected =
                loop.clientBootstrap(to.getAddress())
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        handshake.asClient(made);
                                        ControlPipeline.install(made, ControlCaller.this);
                                    }
                                })
                        .connect(to)
                        .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw new IOException(connected.cause());
        }
        this.channel = connected.channel();
    }

    /**
     * Calls from a host.
     *
     * @param authority whom the caller trusts, PEM
     */
    static ControlCaller connect(
            NetworkNamespace host, InetSocketAddress to, IssuedIdentity identity, String authority)
            throws IOException {
        TlsHandshake handshake =
                new TlsHandshake(
                        TlsIdentity.of(
                                ascii(identity.certificatePem()),
                                ascii(identity.privateKeyPem()),
                                ascii(authority)));
        NettyEventLoop loop = NettyEventLoop.start("caller");
        try {
            return host.call(() -> new ControlCaller(loop, to, handshake));
        } catch (IOException | RuntimeException e) {
            loop.close();
            throw e;
        }
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    /** Waits for the sidecar's name; that it is said does not mean that the caller is welcome. */
    String awaitKnown() throws Exception {
        return known.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    ControlMessage ask(ControlMessage request) throws Exception {
        awaitKnown();
        ControlPipeline.send(channel, request);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            boolean wasClosed = closed.isDone();
            ControlMessage answer = heard.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (answer != null) {
                return answer;
            }
            if (wasClosed) {
                throw new IOException("the sidecar hung up instead of answering " + request);
            }
        }
        throw new AssertionError("no answer to " + request);
    }

    void say(ControlMessage message) throws Exception {
        awaitKnown();
        ControlPipeline.send(channel, message);
    }

    /** Says any text as a message. */
    void say(String text) throws Exception {
        awaitKnown();
        var _ = channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    /** Whether the sidecar hung up, without a word. */
    void awaitClosed() throws Exception {
        closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!heard.isEmpty()) {
            throw new AssertionError("the sidecar answered " + heard.peek());
        }
    }

    @Override
    public void known(String peer) {
        known.complete(peer);
    }

    @Override
    public void heard(ControlMessage message) {
        heard.add(message);
    }

    @Override
    public void failed(Throwable why) {
        known.completeExceptionally(why);
    }

    @Override
    public void closed() {
        known.completeExceptionally(new IOException("closed"));
        closed.complete(null);
    }

    @Override
    public void close() {
        var _ = channel.close().awaitUninterruptibly();
        loop.close();
    }
}
