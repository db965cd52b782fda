package storage.dispersive.enrolment;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of this process, from an identity service: got once, kept, and renewed in time, also
 * when the authorities change. What is wrong is logged once. As long as it cannot be renewed, the
 * old one stays.
 *
 * <p>Thread contract: any thread. From {@link #follow} on it has one daemon thread, which calls the
 * follower.
 */
public final class Enrolment implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);

    /** After a fault of this program, which is logged; it may pass. */
    private static final Duration AFTER_FAULT = Duration.ofMinutes(1);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Enroller enroller;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final String name;
    private volatile @Nullable Credentials credentials;
    private volatile @Nullable Instant expiry;
    private volatile Consumer<Credentials> follower = any -> {};

    private Enrolment(
            EnrolmentSettings settings, Enroller.Surroundings around, Consumer<String> whatIsWrong)
            throws IOException {
        this.name = settings.expected().toString();
        Troubles troubles =
                new Troubles(what -> {
                    LOG.warn("{}: {}", name, what);
                    whatIsWrong.accept(what);
                });
        this.enroller = new Enroller(settings, around, this::changed, troubles);
        this.thread = Thread.ofPlatform().name("enrolment").daemon().unstarted(this::renew);
    }

    /**
     * Gets an identity: what an earlier process of this directory kept, if it is of use, so that
     * the service may be away; else asks until there is an answer, however long that takes.
     *
     * @param whatIsWrong hears, in one line, why there is none yet, and later why it is not renewed
     * @throws IOException if nothing can be kept in the directory; the message says why
     */
    public static Enrolment begin(EnrolmentSettings settings, Consumer<String> whatIsWrong)
            throws IOException, InterruptedException {
        SecureRandom random = new SecureRandom();
        return begin(
                settings,
                new Enroller.Surroundings(
                        new HttpsIdentityService(), Clock.systemUTC(), random, random),
                whatIsWrong);
    }

    static Enrolment begin(
            EnrolmentSettings settings, Enroller.Surroundings around, Consumer<String> whatIsWrong)
            throws IOException, InterruptedException {
        Enrolment enrolment = new Enrolment(settings, around, whatIsWrong);
        for (Duration pause = enrolment.enroller.turn();
                enrolment.credentials == null;
                pause = enrolment.enroller.turn()) {
            Thread.sleep(pause);
        }
        return enrolment;
    }

    /** What the process is now. */
    public Credentials credentials() {
        Credentials now = credentials;
        if (now == null) {
            throw new IllegalStateException("an enrolment that has not begun");
        }
        return now;
    }

    /** When the present certificate ends. */
    public Instant expiry() {
        Instant end = expiry;
        return end == null ? Instant.MIN : end;
    }

    /**
     * Begins to renew, and tells of everything that is new from now on: another certificate, other
     * authorities, or both. To be called once.
     */
    public void follow(Consumer<Credentials> next) {
        follower = next;
        thread.start();
    }

    private void changed(Credentials next) {
        boolean isRenewed = credentials == null || !credentials.own().equals(next.own());
        credentials = next;
        expiry = enroller.expiry().orElse(Instant.MIN);
        if (isRenewed) {
            LOG.info("{}: has a certificate until {}", name, expiry);
        } else {
            LOG.info("{}: trusts other authorities", name);
        }
        follower.accept(next);
    }

    private void renew() {
        Duration pause = Duration.ZERO;
        try {
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = turn();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: the enrolment ends", name);
        }
    }

    private Duration turn() throws InterruptedException {
        try {
            return enroller.turn();
        } catch (RuntimeException e) {
            LOG.error("{}: the identity is not looked after", name, e);
            return AFTER_FAULT;
        }
    }

    /** Renews no more. What was got stays good until it expires. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalThreadStateException e) {
            LOG.debug("{}: nobody followed", name);
        }
    }
}
