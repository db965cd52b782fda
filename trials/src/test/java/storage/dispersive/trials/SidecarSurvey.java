package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.MainProcess;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.wire.LeaseId;

/** Asks a sidecar for the machines of its host, as a process beside it that has none. */
final class SidecarSurvey implements MainProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SidecarSurvey() {}

    static List<LocalMessage.Sight> of(Path socket) throws Exception {
        try (SidecarLink link = SidecarLink.ofEngine(socket, new SidecarSurvey())) {
            await().atMost(PATIENCE).until(link::isUp);
            return link.survey().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Override
    public List<Held> held() {
        return List.of();
    }

    @Override
    public void offered(Held listening, Consumer<Optional<String>> answer) {
        listening.socket().close();
        answer.accept(Optional.of("only a survey"));
    }

    @Override
    public void ended(LeaseId lease, String why) {}
}
