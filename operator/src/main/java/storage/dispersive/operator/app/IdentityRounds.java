package storage.dispersive.operator.app;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.identity.ClusterAuthority;
import storage.dispersive.operator.identity.IdentityServer;

/**
 * Looks every few seconds whether the authority and the identity service have something to do; time
 * passes for both without an event. That costs no call while there is nothing. Safe for use by many
 * threads.
 */
final class IdentityRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityRounds.class);
    private static final int SECONDS = 3;

    private final ClusterAuthority authority;
    private final IdentityServer identities;
    private final ScheduledExecutorService rounds =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("identity-rounds").daemon().factory());

    private volatile boolean leads;
    private volatile Optional<String> trouble = Optional.of("nobody has looked yet");

    IdentityRounds(ClusterAuthority authority, IdentityServer identities) {
        this.authority = authority;
        this.identities = identities;
    }

    void start() {
        var _ = rounds.scheduleWithFixedDelay(this::go, 0, SECONDS, TimeUnit.SECONDS);
    }

    /** From now on the authority is this operator's to tend. */
    void lead() {
        leads = true;
        rounds.execute(this::go);
    }

    private void go() {
        Optional<String> found;
        try {
            Optional<String> unmade = leads ? authority.tend() : Optional.empty();
            found = identities.tend().or(() -> unmade);
        } catch (IOException | RuntimeException e) {
            found = Optional.of(String.valueOf(e.getMessage()));
        }
        if (!found.equals(trouble)) {
            found.ifPresent(it -> LOG.warn("Storage pods get no identities here: {}", it));
        }
        trouble = found;
    }

    /** Why storage pods get no certificates here, if they do not. */
    Optional<String> trouble() {
        return trouble;
    }

    @Override
    public void close() {
        rounds.shutdownNow();
    }
}
