package storage.dispersive.enrolment;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of one volume, while somebody serves it. With its credentials leases can be signed
 * ({@code LeaseAuthority}), and storage pods be called.
 *
 * <p>Thread contract: any thread. The follower is called by one thread at a time, and never once
 * {@link #close} has returned; it must not wait for somebody who closes this.
 */
public final class EnrolledVolume implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolledVolume.class);

    /** After a fault of this program, which is logged; it may pass. */
    private static final Duration AFTER_FAULT = Duration.ofMinutes(1);

    private final VolumeName name;
    private final Enroller enroller;
    private final Pacer pacer;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    // Under the lock of this.
    private @Nullable Credentials credentials;
    private @Nullable Instant expiry;
    private @Nullable Consumer<Credentials> follower;
    private Pacer.@Nullable Planned next;
    private String trouble = "it was not asked for yet";
    private boolean isClosed;

    EnrolledVolume(
            VolumeName name,
            Errand errand,
            AuthorityFile authorities,
            Enroller.Surroundings around,
            Pacer pacer) {
        this.name = name;
        this.pacer = pacer;
        this.enroller =
                new Enroller(
                        errand, authorities, around, this::changed, new Troubles(this::isWrong));
    }

    void begin() {
        plan(Duration.ZERO);
    }

    private synchronized void plan(Duration wait) {
        if (!isClosed) {
            next = pacer.after(wait, this::turn);
        }
    }

    private void turn() {
        Duration pause;
        try {
            pause = enroller.turn();
        } catch (InterruptedException e) {
            // Only who ends this interrupts it.
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            LOG.error("volume {}: its identity is not looked after", name, e);
            pause = AFTER_FAULT;
        }
        plan(pause);
    }

    private synchronized void isWrong(String what) {
        if (!isClosed) {
            LOG.warn("volume {}: {}", name, what);
            trouble = what;
        }
    }

    private synchronized void changed(Credentials found) {
        if (isClosed) {
            return;
        }
        credentials = found;
        expiry = enroller.expiry().orElse(Instant.MIN);
        LOG.debug("volume {}: has a certificate until {}", name, expiry);
        first.complete(null);
        if (follower != null) {
            follower.accept(found);
        }
    }

    /**
     * What the volume is now.
     *
     * @throws IOException if there is nothing yet; the message says why
     */
    public synchronized Credentials credentials() throws IOException {
        Credentials now = credentials;
        if (now == null) {
            throw new IOException(
                    isClosed
                            ? "the volume " + name + " is served no more"
                            : "the volume " + name + " has no identity yet: " + trouble);
        }
        return now;
    }

    /**
     * The same, as soon as there is something.
     *
     * @throws IOException if there is nothing after so long; the message says why
     */
    public Credentials await(Duration patience) throws IOException, InterruptedException {
        try {
            first.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("volume {}: no identity within {}", name, patience);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody says so", e);
        }
        return credentials();
    }

    /** When the present certificate ends; empty as long as there is none. */
    public synchronized Optional<Instant> expiry() {
        return Optional.ofNullable(expiry);
    }

    /**
     * Tells what the volume is, if it is anything yet, and of everything that is new from now on:
     * another certificate, other authorities, or both. To be called once.
     */
    public synchronized void follow(Consumer<Credentials> listener) {
        follower = listener;
        Credentials now = credentials;
        if (now != null) {
            listener.accept(now);
        }
    }

    /** Asks no more, and forgets the key. Who has the credentials can use them on. */
    @Override
    public synchronized void close() {
        isClosed = true;
        credentials = null;
        follower = null;
        if (next != null) {
            next.callOff();
        }
        first.complete(null);
    }
}
