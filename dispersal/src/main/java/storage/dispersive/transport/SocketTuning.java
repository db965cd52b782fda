package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How every socket of the protocol is set. What a platform does not offer is left as it is.
 *
 * <p>Within one cluster cubic is faster than bbr, which some machines have as default. It is chosen
 * before there is a connection, for what is accepted by its listener: Linux paces a connection that
 * began with bbr by timers for good, whatever it is told later.
 */
final class SocketTuning {

    private static final int USER_TIMEOUT_MILLIS = 15_000;
    private static final int KEEP_ALIVE_IDLE_SECONDS = 10;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEP_ALIVE_PROBES = 3;
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(1 << 20, 2 << 20);

    /** Linux, netinet/tcp.h: level IPPROTO_TCP, option TCP_CONGESTION. */
    private static final int IPPROTO_TCP = 6;

    private static final int TCP_CONGESTION = 13;
    private static final byte[] CUBIC = "cubic".getBytes(StandardCharsets.US_ASCII);
    static final RawUnixChannelOption CONGESTION =
            new RawUnixChannelOption("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, CUBIC.length);

    private SocketTuning() {}

    static void apply(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        if (channel instanceof EpollSocketChannel) {
            preferCubic(channel);
            channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
            channel.config()
                    .setOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS);
            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }
    }

    /** A socket that listens, before it does. */
    static void applyToListener(Channel channel) {
        if (channel instanceof EpollServerSocketChannel) {
            preferCubic(channel);
        }
    }

    private static boolean preferCubic(Channel channel) {
        try {
            return channel.config().setOption(CONGESTION, ByteBuffer.wrap(CUBIC));
        } catch (ChannelException e) {
            return false; // not loaded, or not allowed here: the machine's default serves too
        }
    }
}
