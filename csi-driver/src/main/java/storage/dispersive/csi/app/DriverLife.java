package storage.dispersive.csi.app;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The driver of this process, for those who ask how it is. It is closed before the JVM halts: after
 * SIGTERM that waits for what hears of the shutdown, but not for the main thread.
 */
@Singleton
final class DriverLife {

    private @Nullable RunningDriver running;

    synchronized void begin(RunningDriver started) {
        running = started;
    }

    synchronized Optional<RunningDriver> running() {
        return Optional.ofNullable(running);
    }

    /** Closes the driver, if there is one still; returns when it is closed. */
    void end() {
        RunningDriver ending;
        synchronized (this) {
            ending = running;
            running = null;
        }
        if (ending != null) {
            ending.close();
        }
    }

    void shutdown(@Observes ShutdownEvent any) {
        end();
    }
}
