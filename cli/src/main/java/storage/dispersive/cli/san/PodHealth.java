package storage.dispersive.cli.san;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import storage.dispersive.cli.state.PodRecord;

/** Asks a storage pod over HTTP whether it serves. */
final class PodHealth {

    private static final int PATIENCE_MILLIS = 1_000;
    private static final int STATUS_OK = 200;

    private PodHealth() {}

    static boolean isReady(PodRecord pod) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + pod.healthPort() + "/q/health/ready")
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
