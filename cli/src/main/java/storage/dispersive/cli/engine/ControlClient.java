package storage.dispersive.cli.engine;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import storage.dispersive.cli.state.Json;
import storage.dispersive.engine.EngineReport;

/** Asks an engine how it is. Stateless; each question is a connection of its own. */
public final class ControlClient {

    private static final Duration PATIENCE = Duration.ofMillis(2 * ControlServer.PATIENCE_MILLIS);

    private final Path socket;

    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /**
     * The engine's report.
     *
     * @throws IOException when the engine does not listen, is silent, or cannot tell
     */
    public EngineReport status() throws IOException {
        return ask(new ControlRequest(ControlRequest.Kind.STATUS, null));
    }

    /** Begins to replace all connections of the engine by new ones; failures as above. */
    public EngineReport roll() throws IOException {
        return ask(new ControlRequest(ControlRequest.Kind.ROLL, null));
    }

    /** Bounds each connection of the engine, each way; 0 for no bound. Failures as above. */
    public EngineReport limit(long bytesPerSecond) throws IOException {
        return ask(new ControlRequest(ControlRequest.Kind.LIMIT, bytesPerSecond));
    }

    private EngineReport ask(ControlRequest request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.configureBlocking(false);
            ControlLine.write(channel, Json.line(request), PATIENCE);
            ControlAnswer answer =
                    Json.parse(ControlLine.read(channel, PATIENCE), ControlAnswer.class);
            EngineReport report = answer.report();
            if (report == null) {
                throw new IOException("the engine says: " + answer.error());
            }
            return report;
        }
    }
}
