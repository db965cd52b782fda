package storage.dispersive.cli.san;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import storage.dispersive.cli.lan.Place;
import storage.dispersive.cli.state.PodRecord;

/**
 * Asks storage pods over HTTP whether they serve.
 *
 * @param client where the question is asked
 */
record PodHealth(Place client) {

    private static final int PATIENCE_MILLIS = 1_000;
    private static final int STATUS_OK = 200;

    boolean isReady(PodRecord pod) {
        return client.call(() -> answersWell(pod));
    }

    private static boolean answersWell(PodRecord pod) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://" + pod.healthAddress() + "/q/health/ready")
                                    .toURL()
                                    .openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            try {
                return connection.getResponseCode() == STATUS_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
