package storage.dispersive.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import storage.dispersive.loop.EventLoop;

/**
 * One thread that runs a state machine and all its sockets, so that neither needs a lock. Uses
 * epoll where it is there, else what the JDK has.
 */
public final class NettyEventLoop implements EventLoop, AutoCloseable {

    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final boolean epoll;

    private NettyEventLoop(EventLoopGroup group, boolean epoll) {
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

    public Bootstrap clientBootstrap() {
        return new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    public ServerBootstrap serverBootstrap() {
        return new ServerBootstrap()
                .group(loop)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** Ends the thread; tasks that were not run are dropped. Not to be called on the loop. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    }
}
