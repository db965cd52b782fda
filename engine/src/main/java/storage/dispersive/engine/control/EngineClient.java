package storage.dispersive.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.linux.PacketMessage;
import storage.dispersive.linux.PacketSocket;

/**
 * Asks the engine process beside this one. Each question is a connection of its own, so it does not
 * matter whether that process was started anew meanwhile. Stateless.
 *
 * <p>Thread contract: any platform thread, which waits for the answer.
 */
public final class EngineClient {

    /** Longer than the process takes for anything but {@link EngineRequest.Await}. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path socket;

    public EngineClient(Path socket) {
        this.socket = socket;
    }

    /**
     * What the process answers, a refusal too.
     *
     * @throws IOException if there is no such process, or it ended before it answered; then the
     *     request may have been done
     */
    public EngineAnswer ask(EngineRequest request) throws IOException {
        byte[] question = EngineMessages.encode(request);
        Duration extra =
                request instanceof EngineRequest.Await await
                        ? Duration.ofMillis(await.patienceMillis())
                        : Duration.ZERO;
        try (PacketSocket connection = PacketSocket.connect(socket)) {
            connection.limitWaiting(Math.toIntExact(PATIENCE.plus(extra).toMillis()));
            connection.send(question, Optional.empty());
            Optional<PacketMessage> packet = connection.receive(EngineMessages.MAX_BYTES);
            if (packet.isEmpty()) {
                throw new IOException(
                        "the engine process at " + socket + " hears this user not, or ended");
            }
            packet.get().descriptor().ifPresent(unasked -> unasked.close());
            return EngineMessages.answer(packet.get().bytes());
        }
    }
}
