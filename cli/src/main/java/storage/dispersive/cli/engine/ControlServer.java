package storage.dispersive.cli.engine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.cli.state.Json;
import storage.dispersive.engine.EngineReport;

/**
 * Answers how an engine is: one line of JSON for one line of JSON, one client at a time, each
 * within {@value #PATIENCE_MILLIS} ms. The socket is its owner's alone. One platform thread serves;
 * {@link #close} from any thread.
 */
final class ControlServer implements AutoCloseable {

    static final long PATIENCE_MILLIS = 2_000;

    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MILLIS);

    private final Path path;
    private final ServerSocketChannel listener;
    private final EngineCommands commands;

    private ControlServer(Path path, ServerSocketChannel listener, EngineCommands commands) {
        this.path = path;
        this.listener = listener;
        this.commands = commands;
    }

    /** Listens at {@code path}; what a dead engine left there is replaced. */
    static ControlServer start(Path path, EngineCommands commands) throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        ControlServer server = new ControlServer(path, listener, commands);
        Thread.ofPlatform().daemon().name("control").start(server::serve);
        return server;
    }

    private void serve() {
        while (listener.isOpen()) {
            try (SocketChannel client = listener.accept()) {
                client.configureBlocking(false);
                String request = ControlLine.read(client, PATIENCE);
                ControlLine.write(client, Json.line(answer(request)), PATIENCE);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warn("a client of the control socket was dropped: {}", e.getMessage());
            }
        }
    }

    private ControlAnswer answer(String line) {
        try {
            ControlRequest request = Json.parse(line, ControlRequest.class);
            CompletableFuture<EngineReport> report =
                    switch (request.request()) {
                        case STATUS -> commands.status();
                        case ROLL -> commands.roll();
                        case LIMIT -> {
                            Long rate = request.bytesPerSecond();
                            if (rate == null || rate < 0) {
                                throw new IllegalArgumentException("a limit needs a rate");
                            }
                            yield commands.limit(rate);
                        }
                    };
            return new ControlAnswer(report.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), null);
        } catch (TimeoutException e) {
            return new ControlAnswer(null, "the engine is too busy to say how it is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ControlAnswer(null, "the engine is ending");
        } catch (IOException | ExecutionException | RuntimeException e) {
            return new ControlAnswer(null, "no answer to that: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(path);
    }
}
