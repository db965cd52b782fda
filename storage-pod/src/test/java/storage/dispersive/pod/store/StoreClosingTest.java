package storage.dispersive.pod.store;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.pod.store.StoreClient.VOLUME;

import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** A store that is closed in good order answers that it is, and logs nothing that alarms. */
class StoreClosingTest {

    private static final Logger LOGGER = Logger.getLogger(PortionStore.class.getPackageName());

    @TempDir Path directory;

    private final CopyOnWriteArrayList<String> alarms = new CopyOnWriteArrayList<>();

    private final Handler listening =
            new Handler() {
                @Override
                public void publish(LogRecord logged) {
                    if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
                        alarms.add(logged.getLoggerName() + ": " + logged.getMessage());
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(listening);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.removeHandler(listening);
    }

    @Test
    void anOrderlyEndLogsNoError() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            client.append(2, 1);
        }
        assertThat(alarms).isEmpty();
    }

    @Test
    void whatIsAskedAfterwardsIsAnsweredAsClosed() throws Exception {
        try (StoreClient client = StoreClient.attached(directory)) {
            client.store().close();
            assertThat(client.ask(new PodRequest.Describe(VOLUME)))
                    .asInstanceOf(InstanceOfAssertFactories.type(PodReply.Refused.class))
                    .extracting(PodReply.Refused::refusal)
                    .isEqualTo(Refusal.STORE_CLOSED);
        }
    }
}
