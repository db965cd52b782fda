package storage.dispersive.cli.engine;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import storage.dispersive.cli.state.Json;

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
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.configureBlocking(false);
            ControlRequest request = new ControlRequest(ControlRequest.Kind.STATUS);
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
