package storage.dispersive.operator.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.identity.Authority;

/**
 * Has the authority take its steps, in the replica that leads: when one is due, when something has
 * changed, and again soon when one has failed. Safe for use by many threads, which it never blocks.
 */
final class AuthorityRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorityRounds.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final Authority authority;
    private final Clock clock;

    /** What is asked for when it was closed is nobody's any more. */
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1,
                    Thread.ofPlatform().name("authority").daemon().factory(),
                    new ThreadPoolExecutor.DiscardPolicy());

    private boolean leads;
    private @Nullable Future<?> next;
    private String trouble = "";

    AuthorityRounds(Authority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** From now on the authority is this operator's to look after. */
    synchronized void lead() {
        leads = true;
        changed();
    }

    /** There may be something to do. */
    synchronized void changed() {
        if (!leads) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        next = thread.schedule(this::go, 0, TimeUnit.NANOSECONDS);
    }

    private void go() {
        synchronized (this) {
            next = null;
        }
        Duration wait = step();
        synchronized (this) {
            // Else something has changed meanwhile.
            if (next == null) {
                next = thread.schedule(this::go, wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private Duration step() {
        try {
            Instant next = authority.step();
            trouble = "";
            return Duration.between(clock.instant(), next);
        } catch (RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(trouble)) {
                LOG.warn("The authority's next step has failed, and is tried again: {}", why);
            }
            trouble = why;
            return AFTER_FAILURE;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
