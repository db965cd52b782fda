package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Has the API server say whose a token is. It knows whether a token was made for what it is shown
 * for, has not expired, and whether the Kubernetes pod that it is bound to is still there.
 */
final class TokenCheck {

    private static final String EXTRA = "authentication.kubernetes.io/";
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([!-~]{1,8192})");
    private static final Pattern ACCOUNT =
            Pattern.compile("system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)");
    private static final List<String> AUDIENCES =
            Arrays.stream(Caller.Kind.values()).map(Caller.Kind::audience).toList();

    private final PromptClient client;

    TokenCheck(KubernetesClient client) {
        this.client = new PromptClient(client);
    }

    /**
     * Who has this token.
     *
     * @param authorization as the header has it
     * @throws RefusedException if it is nobody, or no pod
     */
    Caller check(@Nullable String authorization) throws RefusedException {
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        if (!bearer.matches()) {
            throw RefusedException.unknown("a token is needed (Authorization: Bearer TOKEN)");
        }
        TokenReviewStatus status = review(bearer.group(1)).getStatus();
        UserInfo user = status == null ? null : status.getUser();
        if (status == null || user == null || !Boolean.TRUE.equals(status.getAuthenticated())) {
            throw RefusedException.unknown(
                    "the API server does not know this token: it has expired, is for something"
                            + " else, or its pod is gone");
        }
        return caller(kind(status.getAudiences()), user);
    }

    private TokenReview review(String token) {
        TokenReview question =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCES)
                        .endSpec()
                        .build();
        return client.ask(promptly -> promptly.tokenReviews().create(question));
    }

    /** A token that is good for several would give each container what the other one is. */
    private static Caller.Kind kind(@Nullable List<String> audiences) throws RefusedException {
        List<Caller.Kind> held =
                Arrays.stream(Caller.Kind.values())
                        .filter(kind -> audiences != null && audiences.contains(kind.audience()))
                        .toList();
        return switch (held.size()) {
            case 1 -> held.getFirst();
            case 0 -> throw RefusedException.unknown("the token is for none of " + AUDIENCES);
            default ->
                    throw RefusedException.forbidden(
                            "the token is for several of "
                                    + AUDIENCES
                                    + ", and may be for one only");
        };
    }

    private static Caller caller(Caller.Kind kind, UserInfo user) throws RefusedException {
        String name = user.getUsername() == null ? "" : user.getUsername();
        Matcher account = ACCOUNT.matcher(name);
        if (!account.matches()) {
            throw RefusedException.forbidden("the token is not that of a service account");
        }
        return new Caller(
                kind,
                account.group(1),
                extra(user, "pod-name"),
                extra(user, "pod-uid"),
                account.group(2));
    }

    private static String extra(UserInfo user, String name) throws RefusedException {
        Map<String, List<String>> extra = user.getExtra();
        List<String> values = extra == null ? null : extra.get(EXTRA + name);
        if (values == null || values.size() != 1) {
            throw RefusedException.forbidden("the token is not bound to a pod");
        }
        return values.getFirst();
    }
}
