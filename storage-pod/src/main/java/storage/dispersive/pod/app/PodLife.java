package storage.dispersive.pod.app;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the pod is closed before the JVM halts. After SIGTERM that waits for what hears
 * of the shutdown, but not for the main thread.
 */
@Singleton
final class PodLife {

    private static final Logger LOG = LoggerFactory.getLogger(PodLife.class);

    private @Nullable RunningPod pod;

    synchronized void begin(RunningPod started) {
        pod = started;
    }

    /** Closes the pod, if there is one still; returns when it is closed. */
    synchronized void end() {
        if (pod != null) {
            pod.close();
            pod = null;
            LOG.info("The pod has ended");
        }
    }

    void shutdown(@Observes ShutdownEvent any) {
        end();
    }
}
