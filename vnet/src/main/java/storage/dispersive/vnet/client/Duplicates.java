package storage.dispersive.vnet.client;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.transport.NettyEventLoop;

/** Second descriptors of sockets that Netty has, made where it cannot close them meanwhile. */
final class Duplicates {

    private static final long PATIENCE_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(Duplicates.class);

    private Duplicates() {}

    /** Runs on the loop, and waits for it; nothing if the loop is too busy. */
    static List<Held> onLoop(NettyEventLoop loop, Supplier<List<Held>> task) {
        try {
            return CompletableFuture.supplyAsync(task, loop)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the sidecar cannot be told which machines are in use", e);
            return List.of();
        }
    }

    /** On the loop. Empty if the socket is closed. */
    static Optional<Descriptor> of(Channel channel) {
        if (!(channel instanceof UnixChannel unix) || !channel.isOpen()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Descriptor.duplicateOf(unix.fd().intValue()));
        } catch (LinuxException e) {
            LOG.warn("a socket has no second descriptor: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
