package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import storage.dispersive.identity.CertificateTimes;
import storage.dispersive.identity.IssuedIdentity;

/**
 * How an authority lies in its Secret.
 *
 * <pre>
 *   tls.crt, tls.key     the authority
 *   next.crt, next.key   the one that takes its place, while a rotation goes on
 *   annotation dispersive.storage/published   since when everybody is told of that one
 *   annotation dispersive.storage/rotate      somebody wants another one
 * </pre>
 */
final class AuthoritySecret {

    static final String NAME = "dispersive-authority";
    static final String ROTATE = "dispersive.storage/rotate";
    static final String PUBLISHED = "dispersive.storage/published";
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    static final String NEXT_CERTIFICATE = "next.crt";
    static final String NEXT_KEY = "next.key";

    private AuthoritySecret() {}

    /**
     * Reads what is there.
     *
     * @throws UnusableAuthorityException if it is something else; the message says which entry
     */
    static AuthorityState read(Secret secret, Clock clock) throws UnusableAuthorityException {
        Map<String, String> notes = annotations(secret);
        Root current = root(secret, CERTIFICATE, KEY, clock);
        boolean isAsked = notes.containsKey(ROTATE);
        if (!data(secret).containsKey(NEXT_CERTIFICATE)) {
            return new AuthorityState(current, null, null, isAsked);
        }
        Root next = root(secret, NEXT_CERTIFICATE, NEXT_KEY, clock);
        return new AuthorityState(current, next, published(notes.get(PUBLISHED), clock), isAsked);
    }

    private static @Nullable Instant published(@Nullable String note, Clock clock)
            throws UnusableAuthorityException {
        if (note == null) {
            return null;
        }
        Instant read;
        try {
            read = Instant.parse(note);
        } catch (DateTimeParseException e) {
            throw new UnusableAuthorityException("annotation " + PUBLISHED + " is no time");
        }
        if (read.isAfter(clock.instant().plus(CertificateTimes.CLOCK_SLACK))) {
            throw new UnusableAuthorityException("annotation " + PUBLISHED + " is in the future");
        }
        return read;
    }

    /** The authority in one pair of entries, whoever wrote them. */
    static Root root(Secret secret, String certificate, String key, Clock clock)
            throws UnusableAuthorityException {
        String certificatePem = text(secret, certificate);
        String keyPem = text(secret, key);
        try {
            return Root.read(certificatePem, keyPem, clock);
        } catch (UnusableAuthorityException e) {
            throw new UnusableAuthorityException(
                    "entries " + certificate + " and " + key + ": " + e.getMessage());
        }
    }

    private static String text(Secret secret, String entry) throws UnusableAuthorityException {
        String encoded = data(secret).get(entry);
        if (encoded == null) {
            throw new UnusableAuthorityException("entry " + entry + " is not there");
        }
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            throw new UnusableAuthorityException("entry " + entry + " is no text");
        }
    }

    /** A new one. */
    static Secret create(String namespace, AuthorityState state) {
        Secret empty =
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .addToLabels("app.kubernetes.io/part-of", "dispersive")
                        .addToLabels("app.kubernetes.io/managed-by", "dispersive-operator")
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .build();
        return change(empty, state);
    }

    /** The same one with another state; what others wrote into it stays. */
    static Secret change(Secret present, AuthorityState state) {
        Map<String, String> data = new HashMap<>(data(present));
        put(data, state.current(), CERTIFICATE, KEY);
        put(data, state.next(), NEXT_CERTIFICATE, NEXT_KEY);
        Map<String, String> notes = new HashMap<>(annotations(present));
        if (state.published() == null) {
            notes.remove(PUBLISHED);
        } else {
            notes.put(PUBLISHED, state.published().toString());
        }
        if (!state.isAsked()) {
            notes.remove(ROTATE);
        }
        return new SecretBuilder(present)
                .withData(data)
                .editMetadata()
                .withAnnotations(notes)
                .endMetadata()
                .build();
    }

    private static void put(
            Map<String, String> data, @Nullable Root root, String certificate, String key) {
        if (root == null) {
            data.remove(certificate);
            data.remove(key);
        } else {
            IssuedIdentity pair = root.authority().authority();
            data.put(certificate, encode(pair.certificatePem()));
            data.put(key, encode(pair.privateKeyPem()));
        }
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Map<String, String> data(Secret secret) {
        Map<String, String> data = secret.getData();
        return data == null ? Map.of() : data;
    }

    private static Map<String, String> annotations(Secret secret) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }
}
