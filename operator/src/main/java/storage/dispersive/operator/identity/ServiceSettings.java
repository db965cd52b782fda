package storage.dispersive.operator.identity;

import java.time.Duration;
import java.util.List;
import storage.dispersive.transport.PeerIdentity;

/**
 * How the identity service is reached, and what it gives.
 *
 * @param address where it listens
 * @param port 0 for any that is free
 * @param dnsNames of the service; what pods call it must be among these
 * @param certificateLife how long pods' certificates are good; nothing revokes them, so short
 * @param comparesTemplates whether containers and volumes of a pod must be those that its
 *     StatefulSet or DaemonSet asks for; to be false only where an admission webhook changes them
 * @param nodePlugin whose pods serve volumes
 */
public record ServiceSettings(
        String address,
        int port,
        List<String> dnsNames,
        Duration certificateLife,
        boolean comparesTemplates,
        NodePlugin nodePlugin) {

    /** What certificates are good for, unless somebody wants it otherwise. */
    public static final Duration USUAL_LIFE = Duration.ofHours(24);

    private static final Duration LEAST_LIFE = Duration.ofHours(1);
    private static final Duration MOST_LIFE = Duration.ofDays(30);

    public ServiceSettings {
        dnsNames = List.copyOf(dnsNames);
        if (dnsNames.isEmpty()) {
            throw new IllegalArgumentException("the identity service needs a name in DNS");
        }
        if (certificateLife.compareTo(LEAST_LIFE) < 0 || certificateLife.compareTo(MOST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "certificates of pods for "
                            + certificateLife
                            + "; they must be good for an hour at least and 30 days at most");
        }
    }

    /** How long a certificate of this one is good. */
    Duration lifeOf(PeerIdentity identity) {
        return identity instanceof PeerIdentity.Volume ? nodePlugin.volumeLife() : certificateLife;
    }
}
