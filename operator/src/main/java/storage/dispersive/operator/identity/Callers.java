package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Api;

/**
 * Tells from a token which storage pod asks. The token must be bound to a pod that is there, made
 * by a StatefulSet that one of our resources controls, under a name that this gives to its pods:
 * whoever may make pods can give one any label, owner and service account, but not the uid of
 * another pod, nor a place in a StatefulSet that has a pod there already. Who may make pods beside
 * storage pods could mount their claims anyway. For any thread.
 */
final class Callers {

    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final String USER = "system:serviceaccount:";
    private static final Set<String> KINDS = Set.of("DispersiveVolume", "DispersivePool");

    private final KubernetesClient client;

    Callers(KubernetesClient client) {
        this.client = client;
    }

    Caller identify(String token) throws RefusedException {
        TokenReviewStatus review = review(token);
        Caller.Role role = role(review);
        String[] account = account(review);
        String namespace = account[0];
        Pod pod = pod(review, namespace);
        String set = account[1];
        requireOurs(pod, set, namespace);
        return new Caller(role, pod.getMetadata().getName() + "." + namespace);
    }

    private TokenReviewStatus review(String token) throws RefusedException {
        TokenReview asked =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(
                                Stream.of(Caller.Role.values()).map(Caller.Role::audience).toList())
                        .endSpec()
                        .build();
        TokenReviewStatus status = client.resource(asked).create().getStatus();
        if (!Boolean.TRUE.equals(status.getAuthenticated())) {
            throw new RefusedException(
                    HttpURLConnection.HTTP_UNAUTHORIZED, "the token is not good, or not any more");
        }
        return status;
    }

    /** One audience, so that no container can ask for what is another's. */
    private static Caller.Role role(TokenReviewStatus review) throws RefusedException {
        List<Caller.Role> roles =
                Stream.of(Caller.Role.values())
                        .filter(it -> review.getAudiences().contains(it.audience()))
                        .toList();
        if (roles.size() != 1) {
            throw forbidden("the token must be for one audience: that of a pod, or of a sidecar");
        }
        return roles.getFirst();
    }

    private static String[] account(TokenReviewStatus review) throws RefusedException {
        String user = Objects.requireNonNullElse(review.getUser().getUsername(), "");
        String[] parts = user.substring(Math.min(user.length(), USER.length())).split(":", -1);
        if (!user.startsWith(USER) || parts.length != 2) {
            throw forbidden("the token is not that of a service account");
        }
        return parts;
    }

    private Pod pod(TokenReviewStatus review, String namespace) throws RefusedException {
        String name = extra(review, POD_NAME);
        String uid = extra(review, POD_UID);
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod == null || !pod.getMetadata().getUid().equals(uid)) {
            throw forbidden("the pod that the token was made for is gone");
        }
        return pod;
    }

    private static String extra(TokenReviewStatus review, String key) throws RefusedException {
        Map<String, List<String>> extra = review.getUser().getExtra();
        List<String> values = extra == null ? null : extra.get(key);
        if (values == null || values.size() != 1) {
            throw forbidden("the token is not bound to a pod");
        }
        return values.getFirst();
    }

    private void requireOurs(Pod pod, String account, String namespace) throws RefusedException {
        OwnerReference owner = controller(pod.getMetadata().getOwnerReferences());
        if (owner == null || !owner.getKind().equals("StatefulSet")) {
            throw forbidden("no StatefulSet has made the pod");
        }
        StatefulSet set =
                client.apps().statefulSets().inNamespace(namespace).withName(owner.getName()).get();
        boolean isOurs =
                set != null
                        && set.getMetadata().getUid().equals(owner.getUid())
                        && set.getMetadata().getName().equals(account)
                        && Optional.ofNullable(controller(set.getMetadata().getOwnerReferences()))
                                .filter(it ->
                                        it.getApiVersion().startsWith(Api.GROUP + "/")
                                                && KINDS.contains(it.getKind()))
                                .isPresent();
        if (!isOurs || !isPlace(pod, set)) {
            throw forbidden("the pod is not one of a volume or a pool");
        }
    }

    private static boolean isPlace(Pod pod, StatefulSet set) {
        String prefix = set.getMetadata().getName() + "-";
        String name = pod.getMetadata().getName();
        String ordinal = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        return ordinal.matches("0|[1-9]\\d{0,3}")
                && Integer.parseInt(ordinal) < set.getSpec().getReplicas();
    }

    private static @Nullable OwnerReference controller(List<OwnerReference> owners) {
        return owners.stream()
                .filter(it -> Boolean.TRUE.equals(it.getController()))
                .findFirst()
                .orElse(null);
    }

    private static RefusedException forbidden(String why) {
        return new RefusedException(HttpURLConnection.HTTP_FORBIDDEN, why);
    }
}
