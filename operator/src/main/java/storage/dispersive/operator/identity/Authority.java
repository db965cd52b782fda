package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority of this cluster's storage area network. It lives in a Secret; this is what one
 * replica of the operator knows of it, and, in the replica that leads, what changes it.
 *
 * <p>All that is written is written with the version that was read, so of two replicas that believe
 * to lead one wins each step, and the other one goes on from there. A Secret that nobody can use is
 * left as it is: {@link #problem} says what to do.
 *
 * <p>Safe for use by many threads.
 */
public final class Authority {

    /** In each namespace with storage pods: whom these trust. */
    public static final String CONFIG_MAP = PublishedRoots.NAME;

    private static final Logger LOG = LoggerFactory.getLogger(Authority.class);

    /** Somebody else may have changed the Secret; after so many others something is wrong. */
    private static final int MOST_ATTEMPTS = 5;

    /** Pods that waited for a service that was away ask within this time. */
    private static final Duration CATCHING_UP = Duration.ofMinutes(5);

    /** Whatever is forgotten, it is looked after once a day. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final KubernetesClient client;
    private final String namespace;
    private final Clock clock;
    private final RootSource source;
    private final PublishedRoots roots;
    private final Instant begin;
    private volatile Known known = new Known(null, "the authority has not been read yet");
    private volatile @Nullable String noSuccessor;

    /**
     * What is known.
     *
     * @param state null if there is nothing to sign with
     * @param problem null if all is well
     */
    private record Known(@Nullable AuthorityState state, @Nullable String problem) {}

    public Authority(KubernetesClient client, AuthoritySettings settings, Clock clock) {
        this.client = client;
        this.namespace = settings.namespace();
        this.clock = clock;
        this.source = RootSource.of(settings, client, clock);
        this.roots = new PublishedRoots(client, settings);
        this.begin = clock.instant();
    }

    /**
     * Does what there is to do now: makes the authority if there is none, replaces it when it is
     * time, and tells all namespaces. For the replica that leads, at the start, when a Secret
     * changes, and when it is due.
     *
     * @return when there is something to do next
     * @throws KubernetesClientException if the API server cannot be asked, or says no; to be called
     *     again then
     */
    public synchronized Instant step() {
        for (int attempt = 1; ; attempt++) {
            try {
                return advance();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("another replica changed the authority meanwhile", e);
            }
        }
    }

    private Instant advance() {
        Instant latest = clock.instant().plus(LONGEST);
        Secret secret =
                client.secrets().inNamespace(namespace).withName(AuthoritySecret.NAME).get();
        if (secret == null) {
            try {
                AuthorityState first = AuthorityState.of(source.first());
                secret = client.resource(AuthoritySecret.create(namespace, first)).create();
                LOG.info("made an authority: {}", first.current());
            } catch (UnusableAuthorityException e) {
                know(null, "there is no authority: " + e.getMessage());
                return latest;
            }
        }
        observe(secret);
        AuthorityState state = known.state();
        if (state == null) {
            return latest;
        }
        Instant due = advance(secret, state);
        return due.isBefore(latest) ? due : latest;
    }

    private Instant advance(Secret secret, AuthorityState present) {
        Secret held = secret;
        AuthorityState state = present;
        if (!state.isRotating()) {
            Optional<Root> successor = successor(state);
            if (successor.isEmpty()) {
                roots.publishEverywhere(state.pem());
                return source.due(state);
            }
            state = state.begin(successor.get());
            held = save(held, state);
            LOG.info("begin to replace the authority {}: {}", state.current(), state.next());
        }
        // Before the time counts, all have to be told; also if another replica stopped here.
        roots.publishEverywhere(state.pem());
        Instant published = state.published();
        if (published == null) {
            published = clock.instant();
            state = state.published(published);
            held = save(held, state);
        }
        Instant end = latest(published.plus(AuthorityState.CURRENT_ENDS), begin.plus(CATCHING_UP));
        if (clock.instant().isBefore(end)) {
            return end;
        }
        state = state.finish();
        save(held, state);
        roots.publishEverywhere(state.pem());
        LOG.info("the authority is {} alone", state.current());
        // Somebody may have asked meanwhile.
        return clock.instant();
    }

    private Optional<Root> successor(AuthorityState state) {
        try {
            Optional<Root> successor = source.successor(state);
            noSuccessor = null;
            return successor;
        } catch (UnusableAuthorityException e) {
            String why = "the authority cannot be replaced: " + e.getMessage();
            if (!why.equals(noSuccessor)) {
                LOG.error("{}", why);
            }
            noSuccessor = why;
            return Optional.empty();
        }
    }

    private Secret save(Secret secret, AuthorityState state) {
        Secret saved = client.resource(AuthoritySecret.change(secret, state)).update();
        know(state, null);
        return saved;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Takes over what the Secret says; null if it is not there. In every replica. */
    public void observe(@Nullable Secret secret) {
        if (secret == null) {
            know(null, "the Secret " + place() + " is not there; the operator makes it");
            return;
        }
        try {
            know(AuthoritySecret.read(secret, clock), null);
        } catch (UnusableAuthorityException e) {
            know(
                    null,
                    "the Secret "
                            + place()
                            + " has no authority that can be used: "
                            + e.getMessage()
                            + ". Restore it; or delete it, then a new authority is made, and every"
                            + " storage pod enrols again");
        }
    }

    private String place() {
        return namespace + "/" + AuthoritySecret.NAME;
    }

    private void know(@Nullable AuthorityState state, @Nullable String problem) {
        if (problem != null && !problem.equals(known.problem())) {
            LOG.error("{}", problem);
        }
        known = new Known(state, problem);
    }

    /** What is wrong with the authority, and what to do about it. */
    public Optional<String> problem() {
        return whyNobodySigns().or(() -> Optional.ofNullable(noSuccessor));
    }

    /** Why there are no certificates, and what to do about it; empty as long as somebody signs. */
    public Optional<String> whyNobodySigns() {
        Known now = known;
        AuthorityState state = now.state();
        if (state != null && !clock.instant().isBefore(state.signer(clock.instant()).expiry())) {
            return Optional.of("the authority in the Secret " + place() + " has expired");
        }
        return Optional.ofNullable(now.problem());
    }

    /** Who signs now; empty if nobody does, which {@link #problem} explains. */
    Optional<Root> signer() {
        Instant now = clock.instant();
        return Optional.ofNullable(known.state())
                .map(state -> state.signer(now))
                .filter(root -> now.isBefore(root.expiry()));
    }

    /** The certificates of all authorities that are trusted; empty if there is none. */
    public Optional<String> trustedPem() {
        return Optional.ofNullable(known.state()).map(AuthorityState::pem);
    }

    /** Whose certificates, and whom to trust, as of one moment. */
    Optional<Trust> trust() {
        AuthorityState state = known.state();
        return state == null
                ? Optional.empty()
                : signer().map(root -> new Trust(root, state.pem()));
    }

    record Trust(Root signer, String trustedPem) {
        boolean isSame(Trust other) {
            return signer.isSame(other.signer) && trustedPem.equals(other.trustedPem);
        }
    }

    /**
     * Tells the storage pods of a namespace whom to trust, and goes on to do so: each step mends
     * what others change. Makes no call if that is what they are told.
     *
     * @param present its {@link #CONFIG_MAP} as a cache has it; null if it is not there
     * @return false if there is no authority, which {@link #problem} explains
     */
    public boolean publish(String namespaceOfPods, @Nullable ConfigMap present) {
        Optional<String> pem = trustedPem();
        pem.ifPresent(text -> roots.publish(namespaceOfPods, text, present));
        return pem.isPresent();
    }

    /** Where anything was published, as the API server says. */
    public List<String> publishedNamespaces() {
        return roots.namespaces();
    }
}
