package storage.dispersive.engine;

import storage.dispersive.transport.NettyEventLoop;

/**
 * The loop that a volume runs on: its own, which ends with it, or one that it shares with others.
 */
public sealed interface LinkLoop extends AutoCloseable {

    NettyEventLoop loop();

    /** Ends the loop if nobody else has it. */
    @Override
    void close();

    /** A new one, whose sockets belong to the network of this thread. */
    static LinkLoop own() {
        NettyEventLoop loop = NettyEventLoop.start("volume");
        // Its thread is made by who first needs it, and sockets belong to the network of that one.
        loop.execute(() -> {});
        return new Own(loop);
    }

    /** One that goes on when the volume ends. */
    static LinkLoop sharing(NettyEventLoop loop) {
        return new Shared(loop);
    }

    /** Of one volume alone. */
    record Own(NettyEventLoop loop) implements LinkLoop {
        @Override
        public void close() {
            loop.close();
        }
    }

    /** Of many volumes. */
    record Shared(NettyEventLoop loop) implements LinkLoop {
        @Override
        public void close() {
            // Others go on.
        }
    }
}
