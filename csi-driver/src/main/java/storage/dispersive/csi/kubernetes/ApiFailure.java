package storage.dispersive.csi.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import storage.dispersive.csi.controller.ResourceException;
import storage.dispersive.csi.volume.Refusal;

/** What it means to a caller when an API server refuses something, or does not answer. */
final class ApiFailure {

    private static final int INVALID = 422;
    private static final String QUOTA = "exceeded quota";

    private ApiFailure() {}

    static boolean isMissing(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /** Whether somebody was faster. */
    static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** Whether a token of a list is too old, or none. */
    static boolean isBadToken(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_GONE
                || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST;
    }

    static ResourceException exception(KubernetesClientException e) {
        return new ResourceException(refusal(e), e);
    }

    private static Refusal refusal(KubernetesClientException e) {
        String text = text(e);
        return switch (e.getCode()) {
            case INVALID, HttpURLConnection.HTTP_BAD_REQUEST -> new Refusal.Wrong(text);
            case HttpURLConnection.HTTP_FORBIDDEN ->
                    text.contains(QUOTA)
                            ? new Refusal.Full(text)
                            : new Refusal.Failed(
                                    "the driver has not the right that it needs; install the chart"
                                            + " again: "
                                            + text);
            default -> new Refusal.NotYet("the API server does not do it now: " + text);
        };
    }

    /** What the server says, without the client's own words about it. */
    private static String text(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return e.getStatus().getMessage();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
