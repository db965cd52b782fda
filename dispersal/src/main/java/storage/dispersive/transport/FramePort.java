package storage.dispersive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import storage.dispersive.wire.EncodedFrame;
import storage.dispersive.wire.FrameReader;
import storage.dispersive.wire.FrameSink;
import storage.dispersive.wire.MalformedFrameException;

/**
 * The end of a channel's pipeline where bytes become frames, and frames bytes. All on the loop.
 *
 * <p>While its owner is not ready nothing is read from the socket; what the last read brought (at
 * most {@value #MAX_READ_BYTES} bytes from the socket) waits undecoded. What is sent in one turn of
 * the loop is flushed together at its end.
 */
final class FramePort extends ChannelInboundHandlerAdapter {

    static final int MAX_READ_BYTES = 64 << 10;

    private static final long LAST_WORDS_MILLIS = 1_000;

    /** Whom the frames are for. */
    interface Owner extends FrameSink {

        /** The peer has shown who it is. */
        void peerKnown(PeerIdentity peer);

        /** The peer speaks another language; called at most once, and nothing is read after. */
        void malformed(MalformedFrameException e);

        /** The channel is broken and should be ended; may be called repeatedly. */
        void broken(Throwable cause);

        /** The channel has ended; called once. */
        void inactive();

        /** The channel takes more again. */
        void writable();
    }

    private final NettyEventLoop loop;
    private final Channel channel;
    private final Owner owner;
    private final TransferCounters counters;
    private final FrameReader reader;
    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private boolean draining;
    private boolean flushScheduled;
    private boolean ended;
    private long lastReceivedNanos;
    private long frameBegunNanos;

    FramePort(NettyEventLoop loop, Channel channel, Owner owner, TransferCounters counters) {
        this.loop = loop;
        this.channel = channel;
        this.owner = owner;
        this.counters = counters;
        this.reader = new FrameReader(channel.alloc(), owner);
        this.lastReceivedNanos = loop.nanoTime();
    }

    Channel channel() {
        return channel;
    }

    /** When bytes came last; the beginning before any did. */
    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    /** Whether a frame began before {@code nanos} and its end is being waited for. */
    boolean isFrameOlderThan(long nanos) {
        return reader.isWithinFrame()
                && held.isEmpty()
                && channel.config().isAutoRead()
                && frameBegunNanos - nanos < 0;
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** Writes a frame, which is flushed at the end of this turn. */
    void send(EncodedFrame frame) {
        write(frame).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** The same, and runs {@code then} when the kernel has it, or never will. */
    void send(EncodedFrame frame, Runnable then) {
        write(frame).addListener(written -> then.run());
    }

    private ChannelFuture write(EncodedFrame frame) {
        counters.sent(frame.bytes());
        ChannelFuture written;
        if (frame.bulk().isReadable()) {
            var _ = channel.write(frame.head(), channel.voidPromise());
            written = channel.write(frame.bulk());
        } else {
            frame.bulk().release();
            written = channel.write(frame.head());
        }
        if (!flushScheduled) {
            flushScheduled = true;
            loop.atEndOfTurn(this::flush);
        }
        return written;
    }

    private void flush() {
        flushScheduled = false;
        channel.flush();
    }

    /** Sends a last frame and ends the channel, soon even if the peer does not read it. */
    void sendLast(EncodedFrame frame) {
        stopReading();
        write(frame).addListener(ChannelFutureListener.CLOSE);
        var _ = channel.eventLoop().schedule(this::close, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    void close() {
        stopReading();
        var _ = channel.close();
    }

    /** Goes on reading if the owner is ready again. Does nothing while frames are delivered. */
    void resume() {
        if (!draining && !ended) {
            drain();
        }
    }

    private void stopReading() {
        ended = true;
        if (!draining) {
            dropHeld();
        }
    }

    private void dropHeld() {
        reader.close();
        held.forEach(ByteBuf::release);
        held.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lastReceivedNanos = loop.nanoTime();
        counters.received(bytes.readableBytes());
        if (ended) {
            bytes.release();
            return;
        }
        held.add(bytes);
        if (!draining) {
            drain();
        }
    }

    private void drain() {
        draining = true;
        try {
            readHeld();
        } catch (MalformedFrameException e) {
            ended = true;
            owner.malformed(e);
        } finally {
            draining = false;
            if (ended) {
                dropHeld();
            } else {
                channel.config().setAutoRead(held.isEmpty() && owner.isReady());
            }
        }
    }

    private void readHeld() {
        ByteBuf bytes;
        while (!ended && owner.isReady() && (bytes = held.peek()) != null) {
            boolean within = reader.isWithinFrame();
            long before = reader.frames();
            reader.read(bytes);
            if (!within || reader.frames() != before) {
                frameBegunNanos = lastReceivedNanos;
            }
            if (!bytes.isReadable()) {
                held.remove().release();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Handshake.PeerKnown(PeerIdentity peer) && !ended) {
            owner.peerKnown(peer);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            owner.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopReading();
        owner.inactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopReading();
    }

    @Override
    @SuppressWarnings("deprecation") // inherited from ChannelHandler
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        owner.broken(cause);
    }
}
