package storage.dispersive.operator.identity;

import java.time.Duration;

/**
 * Whose pods serve the volumes that are attached to nodes, and what these get.
 *
 * @param namespace the operator's own
 * @param daemonSet its name there
 * @param volumeLife how long certificates of volumes are good; nothing revokes them when a volume
 *     is detached, so short
 */
public record NodePlugin(String namespace, String daemonSet, Duration volumeLife) {

    /** What the DaemonSet is called, unless somebody wants it otherwise. */
    public static final String USUAL_NAME = "dispersive-node";

    /** What certificates of volumes are good for, unless somebody wants it otherwise. */
    public static final Duration USUAL_VOLUME_LIFE = Duration.ofHours(1);

    /** Renewed at two thirds, with time to ask again, and with clocks that differ. */
    public static final Duration LEAST_VOLUME_LIFE = Duration.ofMinutes(30);

    public static final Duration MOST_VOLUME_LIFE = Duration.ofHours(24);

    public NodePlugin {
        if (namespace.isEmpty() || daemonSet.isEmpty()) {
            throw new IllegalArgumentException("the DaemonSet of nodes has no name");
        }
        if (volumeLife.compareTo(LEAST_VOLUME_LIFE) < 0
                || volumeLife.compareTo(MOST_VOLUME_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "certificates of volumes for "
                            + volumeLife
                            + "; they must be good for half an hour at least and a day at most");
        }
    }
}
