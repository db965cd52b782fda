package storage.dispersive.operator.app;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operator of this process, for those who ask how it is. It is closed before the JVM halts:
 * after SIGTERM that waits for what hears of the shutdown, but not for the main thread.
 */
@Singleton
final class OperatorLife {

    private @Nullable RunningOperator running;

    synchronized void begin(RunningOperator started) {
        running = started;
    }

    synchronized Optional<RunningOperator> running() {
        return Optional.ofNullable(running);
    }

    /** Closes the operator, if there is one still; returns when it is closed. */
    synchronized void end() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    void shutdown(@Observes ShutdownEvent any) {
        end();
    }
}
