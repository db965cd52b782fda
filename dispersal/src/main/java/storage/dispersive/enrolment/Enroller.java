package storage.dispersive.enrolment;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.enrolment.Troubles.Kind;
import storage.dispersive.identity.IssuedIdentity;

/**
 * Decides what to do about an identity, one turn after the other: looks at the authorities, takes
 * up what was kept, asks when it is time. Whoever calls {@link #turn} lets time pass between turns.
 *
 * <p>Thread contract: one thread at a time.
 */
final class Enroller {

    /** How often the file of authorities is looked at. */
    static final Duration LOOK = Duration.ofSeconds(10);

    /** As long as there are none, nothing else can be done. */
    private static final Duration EAGER_LOOK = Duration.ofSeconds(1);

    private final Errand errand;
    private final AuthorityFile authorities;
    private final Surroundings around;
    private final Optional<StateFile> state;
    private final IdentityCheck check;
    private final RenewalPlan plan;
    private final Backoff backoff;
    private final Troubles troubles;
    private final Consumer<Credentials> listener;

    private @Nullable AuthorityRoots roots;
    private @Nullable KeptIdentity own;
    private boolean hasRecalled;
    private Instant due = Instant.MIN;

    /** All that is not decided here. */
    record Surroundings(
            IdentityService service, Clock clock, SecureRandom keys, RandomGenerator chance) {}

    /**
     * An enroller that has done nothing yet.
     *
     * @param listener hears of each change of what the process is, or whom it trusts
     * @param troubles hears what is wrong
     * @throws IOException if nothing can be kept in the directory; the message says why
     */
    Enroller(
            EnrolmentSettings settings,
            Surroundings around,
            Consumer<Credentials> listener,
            Troubles troubles)
            throws IOException {
        this(
                settings.errand(),
                new AuthorityFile(settings.authorityFile(), around.clock(), Duration.ZERO),
                Optional.of(StateFile.in(settings.directory())),
                around,
                listener,
                troubles);
    }

    /** One that keeps nothing, so that keys are in memory only. */
    Enroller(
            Errand errand,
            AuthorityFile authorities,
            Surroundings around,
            Consumer<Credentials> listener,
            Troubles troubles) {
        this(errand, authorities, Optional.empty(), around, listener, troubles);
    }

    private Enroller(
            Errand errand,
            AuthorityFile authorities,
            Optional<StateFile> state,
            Surroundings around,
            Consumer<Credentials> listener,
            Troubles troubles) {
        this.errand = errand;
        this.authorities = authorities;
        this.state = state;
        this.around = around;
        this.check = new IdentityCheck(errand.expected());
        this.plan = new RenewalPlan(around.chance());
        this.backoff = new Backoff(around.chance());
        this.listener = listener;
        this.troubles = troubles;
    }

    /** Does what there is to do; how long there is nothing to do then. */
    Duration turn() throws InterruptedException {
        look();
        AuthorityRoots trusted = roots;
        if (trusted == null) {
            return EAGER_LOOK;
        }
        if (!hasRecalled) {
            hasRecalled = true;
            state.ifPresent(file -> recall(file, trusted));
            if (own != null) {
                // Whoever starts need not wait for a service that may be away.
                return Duration.ZERO;
            }
        }
        if (!around.clock().instant().isBefore(due)) {
            ask(trusted);
        }
        Duration left = Duration.between(around.clock().instant(), due);
        return left.compareTo(LOOK) < 0 ? left : LOOK;
    }

    /** When the identity ends; empty as long as there is none. */
    Optional<Instant> expiry() {
        return Optional.ofNullable(own).map(it -> it.leaf().getNotAfter().toInstant());
    }

    private void look() {
        AuthorityRoots read;
        try {
            read = authorities.read();
        } catch (IOException e) {
            troubles.begin(Kind.AUTHORITIES, String.valueOf(e.getMessage()));
            return;
        }
        troubles.end(Kind.AUTHORITIES);
        if (read.equals(roots)) {
            return;
        }
        roots = read;
        if (own != null) {
            reconsider(own, read);
            publish(own, read);
        }
    }

    /** The authorities are others than before. */
    private void reconsider(KeptIdentity mine, AuthorityRoots trusted) {
        Instant now = around.clock().instant();
        if (!check.isTrusted(mine.chain(), trusted, now)) {
            due = now;
        } else if (!mine.knownRoots().containsAll(trusted.fingerprints())) {
            Instant changeOver = plan.changeOver(now);
            due = due.isBefore(changeOver) ? due : changeOver;
        }
    }

    /** Takes up what an earlier process of this directory kept, if it is of use. */
    private void recall(StateFile file, AuthorityRoots trusted) {
        try {
            Optional<KeptIdentity> kept = file.read();
            if (kept.isPresent()) {
                check.kept(kept.get(), trusted, around.clock().instant());
                adopt(kept.get(), trusted);
                reconsider(kept.get(), trusted);
            }
        } catch (IOException e) {
            troubles.begin(
                    Kind.KEEPING,
                    "the identity in " + file.file() + " is of no use: " + e.getMessage());
        }
    }

    private void ask(AuthorityRoots trusted) throws InterruptedException {
        try {
            FreshKey key = FreshKey.generate(around.keys());
            String chain =
                    around.service()
                            .certify(
                                    new IdentityService.Question(
                                            errand.resource(),
                                            Token.read(errand.tokenFile()),
                                            key.publicPem(),
                                            trusted.pem()));
            check.answer(chain, key.publicKey(), trusted, around.clock().instant());
            KeptIdentity next =
                    new KeptIdentity(
                            new IssuedIdentity(chain, key.privatePem()), trusted.fingerprints());
            state.ifPresent(file -> keep(file, next));
            adopt(next, trusted);
            backoff.reset();
            troubles.end(Kind.ASKING);
        } catch (IOException e) {
            Optional<Duration> demanded =
                    e instanceof IdentityRefusedException refused
                            ? refused.retryAfter()
                            : Optional.empty();
            due = around.clock().instant().plus(backoff.next(demanded));
            troubles.begin(Kind.ASKING, "no identity: " + e.getMessage());
        }
    }

    /** It serves also if it cannot be kept; the next process has to ask, then. */
    private void keep(StateFile file, KeptIdentity next) {
        try {
            file.write(next);
            troubles.end(Kind.KEEPING);
        } catch (IOException e) {
            troubles.begin(
                    Kind.KEEPING,
                    "the identity cannot be kept in " + file.file() + ": " + e.getMessage());
        }
    }

    private void adopt(KeptIdentity next, AuthorityRoots trusted) {
        X509Certificate leaf = next.leaf();
        own = next;
        due = plan.renewal(leaf);
        publish(next, trusted);
    }

    private void publish(KeptIdentity mine, AuthorityRoots trusted) {
        listener.accept(new Credentials(mine.own(), trusted.pem()));
    }
}
