package storage.dispersive.engine.host;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.keeper.DescriptorName;

/**
 * Sees to it that both keepers hold the descriptors of all volumes: either may have been started
 * anew. Thread contract: runs on the clock.
 */
final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final long LOOK_MILLIS = 2_000;

    private final EngineHost host;
    private final Keepers keepers;
    private final ScheduledFuture<?> task;

    Upkeep(EngineHost host, Keepers keepers, ScheduledExecutorService clock) {
        this.host = host;
        this.keepers = keepers;
        task =
                clock.scheduleWithFixedDelay(
                        this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (Keepers.Place place : Keepers.Place.values()) {
                Optional<Set<DescriptorName>> held = keepers.held(place);
                if (held.isPresent()) {
                    host.all().stream()
                            .filter(volume -> !held.get().contains(volume.descriptor()))
                            .forEach(volume -> volume.deposit(place));
                }
            }
        } catch (RuntimeException e) {
            log.error("the keepers are not looked after", e);
        }
    }

    @Override
    public void close() {
        task.cancel(false);
    }
}
