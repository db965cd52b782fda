package storage.dispersive.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import storage.dispersive.foreign.BlockingMode;
import storage.dispersive.loop.EventLoop;

/**
 * One thread that runs a state machine and all its sockets, so that neither needs a lock. Uses
 * epoll where it is there, else what the JDK has.
 */
public final class NettyEventLoop implements EventLoop, AutoCloseable {

    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    /** Linux, asm-generic/socket.h: level SOL_SOCKET, option SO_ACCEPTCONN. */
    private static final IntegerUnixChannelOption ACCEPTING =
            new IntegerUnixChannelOption("SO_ACCEPTCONN", 1, 30);

    private final EventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final boolean epoll;

    NettyEventLoop(EventLoopGroup group, boolean epoll) {
        this.group = group;
        this.loop = (SingleThreadEventLoop) group.next();
        this.epoll = epoll;
    }

    /** Starts a loop on a daemon thread. */
    public static NettyEventLoop start(String threadName) {
        DefaultThreadFactory threads = new DefaultThreadFactory(threadName, true);
        return Epoll.isAvailable()
                ? new NettyEventLoop(new EpollEventLoopGroup(1, threads), true)
                : new NettyEventLoop(new NioEventLoopGroup(1, threads), false);
    }

    /** How sockets are waited for, for people to read. */
    public String backend() {
        return epoll ? "epoll" : "NIO";
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Future<?> scheduled = loop.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    /** Runs a task when all else that this turn of the loop has to do is done. */
    void atEndOfTurn(Runnable task) {
        loop.executeAfterEventLoopIteration(task);
    }

    /** Makes this loop the channel's. On the loop it is when this returns; a failure closes it. */
    void register(Channel channel) {
        var _ = loop.register(channel);
    }

    /**
     * A connected TCP socket that another process made, as a channel of this loop. Nothing is read
     * from it before auto-read is switched on, so no byte is lost however late handlers come. On
     * the loop.
     *
     * @param descriptor belongs to the channel from now on; closed when this throws
     * @throws IOException if it is no connected TCP socket
     * @throws UnsupportedOperationException without epoll, as the JDK takes no such sockets
     */
    public Channel adopt(int descriptor) throws IOException {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("connections are adopted on the loop");
        }
        Channel channel = adopted(descriptor, EpollSocketChannel::new);
        if (channel.remoteAddress() == null) {
            channel.unsafe().closeForcibly();
            throw new IOException("the socket " + descriptor + " is not connected");
        }
        SocketTuning.apply(channel);
        channel.config().setAutoRead(false);
        register(channel);
        return channel;
    }

    /**
     * A listening TCP socket that another process made, for {@link PodServer#open}; not registered
     * yet. By any thread.
     *
     * @param descriptor belongs to the channel from now on; closed when this throws
     * @throws IOException if it is no listening TCP socket
     * @throws UnsupportedOperationException without epoll, as the JDK takes no such sockets
     */
    public ServerChannel adoptListening(int descriptor) throws IOException {
        EpollServerSocketChannel channel = adopted(descriptor, EpollServerSocketChannel::new);
        Integer listens = channel.config().getOption(ACCEPTING);
        if (listens == null || listens == 0) {
            channel.unsafe().closeForcibly();
            throw new IOException("the socket " + descriptor + " does not listen");
        }
        return channel;
    }

    private <C extends Channel> C adopted(int descriptor, IntFunction<C> channel)
            throws IOException {
        if (!epoll) {
            throw new UnsupportedOperationException(
                    "sockets that another process made need Linux' epoll, which is missing",
                    Epoll.unavailabilityCause());
        }
        BlockingMode.neverWait(descriptor);
        try {
            return channel.apply(descriptor);
        } catch (ChannelException e) {
            new FileDescriptor(descriptor).close();
            throw new IOException(
                    "the descriptor " + descriptor + " is no socket: " + ReadableCause.of(e), e);
        }
    }

    /** For connections to {@code address} on this loop. */
    public Bootstrap clientBootstrap(InetAddress address) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(() ->
                        epoll ? new EpollSocketChannel(family(address)) : new NioSocketChannel());
    }

    /** For listening at {@code address} on this loop. */
    public ServerBootstrap serverBootstrap(InetAddress address) {
        return new ServerBootstrap().group(loop).channelFactory(() -> listener(address));
    }

    private ServerChannel listener(InetAddress address) {
        ServerChannel channel =
                epoll
                        ? new EpollServerSocketChannel(family(address))
                        : new NioServerSocketChannel();
        SocketTuning.applyToListener(channel);
        return channel;
    }

    /** Netty alone would ask once, in whatever network namespace, whether there is IPv6. */
    private static InternetProtocolFamily family(InetAddress address) {
        return InternetProtocolFamily.of(address);
    }

    /** Ends the thread; tasks that were not run are dropped. Not to be called on the loop. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    }
}
